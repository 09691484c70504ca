#!/bin/bash
# Real Dovecot and Postfix as test peers: root, loopback high ports, no systemd.
#   up.sh DIR | up.sh down DIR
# Debian packages: dovecot-imapd dovecot-lmtpd postfix (--no-install-recommends).
# PORT_BASE (default 10000) moves all ports, so that several can run at once:
#   IMAP +143, IMAPS +993 (self-signed), LMTP +24, SASL +345, SMTP +25, submission +587 (STARTTLS, AUTH).
# OAUTH_PORT switches XOAUTH2 on: a server on that port of loopback says whose a token is (/tokeninfo?access_token=).
# Every address at clinic.test and patient.test is a mailbox with the password "pw".
# bounce.test bounces at once (5.1.1), slow.test is delayed and bounces after 20 s.
set -e
if [ "$1" = down ]; then D=$2; postfix -c $D/postfix/etc stop || true; doveadm -c $D/dovecot.conf stop || true; for i in $(seq 50); do [ -f $D/run/master.pid ] || break; sleep 0.1; done; exit; fi
B=${PORT_BASE:-10000}
D=${1:?usage: up.sh DIR | up.sh down DIR}; mkdir -p $D/{run,mail,postfix/etc,postfix/spool,postfix/data,tls}; chmod 755 $D $D/run
[ -f $D/tls/c.pem ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout $D/tls/k.pem -out $D/tls/c.pem 2>/dev/null
id vmail >/dev/null 2>&1 || useradd -r -M -d /nonexistent -s /usr/sbin/nologin vmail; chown vmail $D/mail
cat > $D/oauth2.conf <<X
tokeninfo_url = http://127.0.0.1:${OAUTH_PORT:-0}/tokeninfo?access_token=
username_attribute = email
X
cat > $D/dovecot.conf <<X
base_dir = $D/run
log_path = $D/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <$D/tls/c.pem
ssl_key = <$D/tls/k.pem
disable_plaintext_auth = no
auth_mechanisms = plain login${OAUTH_PORT:+ xoauth2 oauthbearer}
auth_failure_delay = 0
mail_location = maildir:$D/mail/%u
mail_uid = vmail
mail_gid = nogroup
first_valid_uid = 1
mail_max_userip_connections = 100
mailbox_list_index = no
imap_idle_notify_interval = 30 s
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
namespace inbox {
  inbox = yes
  separator = /
  mailbox Junk { 
    auto = subscribe
    special_use = \\Junk
  }
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
}
$([ -z "${OAUTH_PORT:-}" ] || printf 'passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = %s\n}\n' "$D/oauth2.conf")
passdb {
  driver = static
  mechanisms = plain login
  args = password=pw
}
userdb {
  driver = static
  args = uid=vmail gid=nogroup home=$D/mail/%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap { 
    port = $((B+143))
  }
  inet_listener imaps {
    port = $((B+993))
    ssl = yes
  }
}
# Everything comes from 127.0.0.1: a wrong password in one test must not slow the sign-in of another (the penalty grows to 15 s).
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $((B+24))
  }
}
service auth {
  inet_listener sasl {
    address = 127.0.0.1
    port = $((B+345))
  }
}
protocol lmtp {
  postmaster_address = postmaster@clinic.test
  auth_username_format = %u
}
X
P=$D/postfix
cat > $P/etc/main.cf <<X
compatibility_level = 3.6
maillog_file = $D/postfix.log
maillog_file_prefixes = $D
queue_directory = $P/spool
data_directory = $P/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.clinic.test
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.99/32
virtual_mailbox_domains = clinic.test patient.test
virtual_mailbox_maps = static:x
virtual_transport = lmtp:inet:127.0.0.1:$((B+24))
transport_maps = texthash:$P/etc/transport
relay_domains = bounce.test slow.test
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$((B+345))
smtpd_tls_cert_file = $D/tls/c.pem
smtpd_tls_key_file = $D/tls/k.pem
smtpd_tls_security_level = may
message_size_limit = 36700160
mailbox_size_limit = 0
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
recipient_delimiter = +
smtputf8_enable = yes
delay_warning_time = 1s
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
bounce_queue_lifetime = 20s
maximal_queue_lifetime = 20s
X
printf "bounce.test error:5.1.1 mailbox unavailable\nslow.test retry:4.2.0 mailbox busy\n" > $P/etc/transport
cat > $P/etc/master.cf <<X
127.0.0.1:$((B+25)) inet n - n - - smtpd
127.0.0.1:$((B+587)) inet n - n - - smtpd -o smtpd_client_restrictions=permit_sasl_authenticated,reject -o smtpd_reject_unlisted_recipient=no -o syslog_name=postfix/submission
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
X
chown postfix $P/data; chmod 755 $P $P/etc $P/spool
dovecot -c $D/dovecot.conf
postfix -c $P/etc check || true
postfix -c $P/etc start

/** Goes into a constructed sheet, which a content policy does not count as inline style. */
export const styles = `
:host { all: initial; position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; color-scheme: light dark;
  --ink: #16202c; --soft: #55606e; --ground: #ffffff; --raised: #f1f4f7; --line: #c9d1da; --brand: #0b6e6a; --on-brand: #ffffff; --bad: #b3261e;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); }
@media (prefers-color-scheme: dark) { :host(:not([data-theme="light"])) {
  --ink: #e8edf2; --soft: #a7b2be; --ground: #171d24; --raised: #222a33; --line: #3d4854; --brand: #5cc8c0; --on-brand: #062523; --bad: #ff9d94; } }
:host([data-theme="dark"]) { color-scheme: dark;
  --ink: #e8edf2; --soft: #a7b2be; --ground: #171d24; --raised: #222a33; --line: #3d4854; --brand: #5cc8c0; --on-brand: #062523; --bad: #ff9d94; }
:host([data-theme="light"]) { color-scheme: light; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; padding: 0; border-radius: 10px; }
button:disabled { cursor: default; opacity: .55; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
svg { inline-size: 22px; block-size: 22px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; display: block; }
a { color: var(--brand); }
h2, p, ul, ol { margin: 0; padding: 0; list-style: none; }
.launcher { inline-size: 60px; block-size: 60px; border-radius: 50%; background: var(--brand); color: var(--on-brand); display: grid; place-items: center;
  box-shadow: 0 4px 16px rgb(0 0 0 / .28); position: relative; }
.launcher svg { inline-size: 28px; block-size: 28px; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 24px; block-size: 24px; padding: 0 6px; border-radius: 12px;
  background: var(--bad); color: var(--ground); font-size: 13px; font-weight: 700; line-height: 24px; text-align: center; }
.panel { inline-size: min(380px, calc(100vw - 40px)); block-size: min(600px, calc(100vh - 40px)); background: var(--ground); border: 1px solid var(--line);
  border-radius: 16px; box-shadow: 0 12px 40px rgb(0 0 0 / .3); display: flex; flex-direction: column; overflow: hidden; }
header { display: flex; align-items: center; gap: 4px; padding: 12px 12px 12px 16px; background: var(--brand); color: var(--on-brand); }
header :focus-visible { outline-color: var(--on-brand); }
h2 { flex: 1; font-size: 17px; font-weight: 600; min-inline-size: 0; overflow-wrap: anywhere; }
.icon { inline-size: 40px; block-size: 40px; display: grid; place-items: center; flex: none; }
.body { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 12px; overscroll-behavior: contain; }
.log { display: flex; flex-direction: column; gap: 10px; }
.line { max-inline-size: 85%; padding: 8px 12px; border-radius: 14px; background: var(--raised); overflow-wrap: anywhere; white-space: pre-wrap; align-self: flex-start; }
.line.own { align-self: flex-end; background: var(--brand); color: var(--on-brand); }
.line.own a { color: inherit; }
.meta { display: block; font-size: 12px; margin-block-start: 2px; opacity: .85; white-space: normal; }
.line button { text-decoration: underline; text-align: start; overflow-wrap: anywhere; }
.own :focus-visible { outline-color: var(--on-brand); outline-offset: 0; }
.file { display: block; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
.line .choices button { min-block-size: 40px; padding: 6px 14px; border: 1px solid var(--brand); border-radius: 20px; color: var(--brand); background: var(--ground); text-decoration: none; }
.refused { color: var(--bad); font-size: 13px; align-self: flex-end; display: flex; gap: 10px; }
.refused button { text-decoration: underline; min-block-size: 24px; }
.hint { color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.status { min-block-size: 22px; padding: 0 16px; color: var(--soft); font-size: 13px; }
.field { display: flex; flex-direction: column; gap: 4px; }
.field span { font-size: 13px; color: var(--soft); }
input:not([type=checkbox], [type=file]), textarea { inline-size: 100%; padding: 9px 12px; background: var(--ground); border: 1px solid var(--soft); border-radius: 10px; }
input[aria-invalid=true], textarea[aria-invalid=true] { border-color: var(--bad); }
textarea { resize: none; min-block-size: 42px; max-block-size: 140px; field-sizing: content; }
::placeholder { color: var(--soft); opacity: 1; }
.check { display: flex; gap: 10px; align-items: flex-start; font-size: 14px; }
.check input { inline-size: 22px; block-size: 22px; margin: 0; flex: none; accent-color: var(--brand); }
.error { color: var(--bad); font-size: 13px; }
.introduction { display: grid; gap: 10px; padding: 12px 16px 0; }
.problems { padding: 6px 16px 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; align-items: end; }
.composer { display: flex; align-items: flex-end; gap: 6px; padding: 10px 12px 12px; }
.composer textarea { flex: 1; }
.chosen { display: flex; flex-wrap: wrap; gap: 6px; padding: 0 12px; }
.chosen li { display: flex; align-items: center; gap: 4px; background: var(--raised); border-radius: 8px; padding: 2px 4px 2px 8px; font-size: 13px; max-inline-size: 100%; overflow-wrap: anywhere; }
.chosen button { inline-size: 28px; block-size: 28px; display: grid; place-items: center; }
.chosen svg { inline-size: 14px; block-size: 14px; }
.primary { background: var(--brand); color: var(--on-brand); padding: 10px 16px; font-weight: 600; }
.send { inline-size: 42px; block-size: 42px; display: grid; place-items: center; background: var(--brand); color: var(--on-brand); flex: none; }
.plain { padding: 10px 16px; border: 1px solid var(--soft); }
.row { display: flex; gap: 10px; flex-wrap: wrap; }
form.offline { display: grid; gap: 12px; }
.quiet { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px), (max-height: 480px) {
  :host([data-open]) { inset: 0; }
  .panel { inline-size: 100vw; block-size: 100dvh; border: 0; border-radius: 0; }
  input:not([type=checkbox], [type=file]), textarea { font-size: 16px; }
}
@media (prefers-reduced-motion: no-preference) { .panel { animation: rise .15s ease-out; } @keyframes rise { from { transform: translateY(8px); } } }
`;

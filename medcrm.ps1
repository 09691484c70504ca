# Starts MedCrm from a clone on Windows: checks the tools, builds what is missing or stale, runs the host.
# The same steps as ./medcrm; the test suite needs bash and runs on Linux or in WSL.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$logs = Join-Path $root 'artifacts/logs'
$stamps = Join-Path $root 'artifacts/stamps'
$hostProject = Join-Path $root 'core/Host/MedCrm.Host.csproj'
$debugHost = Join-Path $root 'artifacts/bin/MedCrm.Host/debug/MedCrm.Host.dll'
$releaseHost = Join-Path $root 'artifacts/hub/MedCrm.Host.dll'
$window = Join-Path $root 'web/app'
$widget = Join-Path $root 'web/widget'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'
$env:NEXT_TELEMETRY_DISABLED = '1'

function Stop-With([string] $message) {
    [Console]::Error.WriteLine($message)
    exit 1
}

function Assert-Dotnet {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Stop-With 'The .NET SDK 10 is missing. Install it: winget install Microsoft.DotNet.SDK.10' }
    if (-not (& dotnet --list-sdks | Select-String '^10\.')) { Stop-With 'MedCrm needs the .NET SDK 10. Install it: winget install Microsoft.DotNet.SDK.10' }
}

function Assert-Node {
    if (-not (Get-Command node -ErrorAction SilentlyContinue)) { Stop-With 'Node.js 20 or newer is missing. Install it: winget install OpenJS.NodeJS.LTS' }
    if ([int](& node -p 'process.versions.node.split(".")[0]') -lt 20) { Stop-With "MedCrm needs Node.js 20 or newer; this machine has $(& node --version)." }
}

# A step is quiet when it goes well; when it does not, the end of its log is shown.
function Invoke-Step([string] $name, [string] $file, [scriptblock] $work) {
    New-Item -ItemType Directory -Force $logs | Out-Null
    $log = Join-Path $logs "$file.log"
    $clock = [Diagnostics.Stopwatch]::StartNew()
    Write-Host -NoNewline ('  {0,-24} … ' -f $name)
    # Windows PowerShell takes a word on the error stream for an error while it is redirected.
    $ErrorActionPreference = 'Continue'
    & $work *> $log
    if ($LASTEXITCODE -ne 0) {
        Write-Host ('failed {0,3:0} s' -f $clock.Elapsed.TotalSeconds)
        Get-Content $log -Tail 40 | Write-Host
        Stop-With "The whole log: $log"
    }
    Write-Host ('ok     {0,3:0} s' -f $clock.Elapsed.TotalSeconds)
}

# Names and contents of all files, as one hash.
function Get-SourceHash([string[]] $paths, [string] $without) {
    $lines = foreach ($path in $paths) {
        Get-ChildItem (Join-Path $root $path) -Recurse -File -Force |
            Where-Object { $_.FullName -notmatch $without } |
            Sort-Object FullName |
            ForEach-Object { "$($_.FullName.Substring($root.Length)) $((Get-FileHash $_.FullName -Algorithm SHA256).Hash)" }
    }
    $bytes = [Text.Encoding]::UTF8.GetBytes($lines -join "`n")
    return [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes))
}

function Test-Fresh([string] $name, [string] $hash) {
    $stamp = Join-Path $stamps $name
    return (Test-Path $stamp) -and ((Get-Content $stamp -Raw).Trim() -eq $hash)
}

function Set-Stamp([string] $name, [string] $hash) {
    New-Item -ItemType Directory -Force $stamps | Out-Null
    Set-Content (Join-Path $stamps $name) $hash
}

function Build-All {
    $hash = Get-SourceHash @('web/app') '[\\/](node_modules|out|\.next|test-results|playwright-report)[\\/]|next-env\.d\.ts$|\.tsbuildinfo$'
    if (-not ((Test-Path (Join-Path $window 'out')) -and (Test-Fresh 'window' $hash))) {
        Assert-Node
        Invoke-Step 'packages of the window' 'npm-ci' { npm.cmd --prefix $window ci }
        Invoke-Step 'the window' 'next-build' { npm.cmd --prefix $window run build }
        Set-Stamp 'window' $hash
    }

    $hash = Get-SourceHash @('web/widget') '[\\/](node_modules|out)[\\/]'
    if (-not ((Test-Path (Join-Path $widget 'out/chat.js')) -and (Test-Fresh 'widget' $hash))) {
        Assert-Node
        Invoke-Step 'packages of the widget' 'npm-ci-widget' { npm.cmd --prefix $widget ci }
        Invoke-Step 'the chat widget' 'widget-build' { npm.cmd --prefix $widget run build }
        Set-Stamp 'widget' $hash
    }

    $hash = Get-SourceHash @('core', 'connectors', 'web/Gateway', 'Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props', 'global.json') '[\\/]Generated[\\/]|\.md$'
    if (-not ((Test-Path $releaseHost) -and (Test-Path $debugHost) -and (Test-Fresh 'host' $hash))) {
        # From nothing: a handler that is gone leaves generated code that no longer compiles.
        Get-ChildItem (Join-Path $root 'core'), (Join-Path $root 'connectors'), (Join-Path $root 'web/Gateway') -Recurse -Directory -Filter Generated | Remove-Item -Recurse -Force
        Invoke-Step 'the host' 'build-debug' { dotnet build $hostProject -c Debug }
        Invoke-Step 'code of the handlers' 'codegen' { dotnet $debugHost codegen write }
        Invoke-Step 'the host, for release' 'build-release' { dotnet publish $hostProject -c Release -o (Join-Path $root 'artifacts/hub') }
        Set-Stamp 'host' $hash
    }
}

switch ($args[0]) {
    { $_ -in $null, '-h', '--help', 'help' } {
        Write-Host 'usage: medcrm VERB [OPTIONS]   up, run, user, channel, dead-letters, quarantine, doctor, backup, restore, health, version, openapi, codegen, build'
        exit 0
    }
    'test' { Stop-With 'The test suite runs on Linux or in WSL: ./medcrm test' }
    default {
        Assert-Dotnet
        Build-All
        if ($args[0] -eq 'build') { exit 0 }
        $program = if ($args[0] -eq 'codegen') { $debugHost } else { $releaseHost }
        & dotnet $program @args
        exit $LASTEXITCODE
    }
}

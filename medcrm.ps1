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
    Push-Location $root
    $ErrorActionPreference = 'Continue'
    & dotnet --version > $null 2> $null
    $isOld = $LASTEXITCODE -ne 0
    Pop-Location
    if ($isOld) { Stop-With 'The .NET SDK 10 on this machine is older than global.json asks for. Update it: winget upgrade Microsoft.DotNet.SDK.10' }
}

function Assert-Node {
    if (-not ((Get-Command node -ErrorAction SilentlyContinue) -and (Get-Command npm.cmd -ErrorAction SilentlyContinue))) { Stop-With 'Node.js 20 or newer with npm is missing. Install it: winget install OpenJS.NodeJS.LTS' }
    # Windows PowerShell takes quotes out of what it hands to a program, so node is asked nothing that needs any.
    if ([int]((& node --version) -replace '^v(\d+)\..*$', '$1') -lt 20) { Stop-With "MedCrm needs Node.js 20 or newer; this machine has $(& node --version)." }
}

# A step is quiet when it goes well; when it does not, the end of its log is shown. It speaks on the error stream: what the host says may be read by another program.
function Invoke-Step([string] $name, [string] $file, [scriptblock] $work) {
    New-Item -ItemType Directory -Force $logs | Out-Null
    $log = Join-Path $logs "$file.log"
    $clock = [Diagnostics.Stopwatch]::StartNew()
    [Console]::Error.Write(('  {0,-24} ... ' -f $name))
    # Windows PowerShell takes a word on the error stream for an error while it is redirected.
    $ErrorActionPreference = 'Continue'
    & $work *> $log
    if ($LASTEXITCODE -ne 0) {
        [Console]::Error.WriteLine(('failed {0,3:0} s' -f $clock.Elapsed.TotalSeconds))
        Get-Content $log -Tail 40 | ForEach-Object { [Console]::Error.WriteLine($_) }
        Stop-With "The whole log: $log"
    }
    [Console]::Error.WriteLine(('ok     {0,3:0} s' -f $clock.Elapsed.TotalSeconds))
}

function Invoke-Npm([string] $directory) {
    Push-Location $directory
    try { & npm.cmd @args } finally { Pop-Location }
}

# Names and contents of all files, as one hash.
function Get-SourceHash([string[]] $paths, [string] $without) {
    $lines = foreach ($path in $paths) {
        $full = Join-Path $root $path
        # Asked to recurse, Get-ChildItem takes a file for a name to look for everywhere beside it.
        $(if (Test-Path $full -PathType Leaf) { Get-Item $full -Force } else { Get-ChildItem $full -Recurse -File -Force }) |
            Where-Object { $_.FullName.Substring($root.Length) -notmatch $without } |
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
        Invoke-Step 'packages of the window' 'npm-ci' { Invoke-Npm $window ci }
        Invoke-Step 'the window' 'next-build' { Invoke-Npm $window run build }
        Set-Stamp 'window' $hash
    }

    $hash = Get-SourceHash @('web/widget') '[\\/](node_modules|out)[\\/]'
    if (-not ((Test-Path (Join-Path $widget 'out/chat.js')) -and (Test-Fresh 'widget' $hash))) {
        Assert-Node
        Invoke-Step 'packages of the widget' 'npm-ci-widget' { Invoke-Npm $widget ci }
        Invoke-Step 'the chat widget' 'widget-build' { Invoke-Npm $widget run build }
        Set-Stamp 'widget' $hash
    }

    $hash = Get-SourceHash @('core', 'connectors', 'web/Gateway', 'Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props', 'global.json', 'BannedSymbols.txt', '.editorconfig') '[\\/]Generated[\\/]|\.md$'
    if (-not ((Test-Path $releaseHost) -and (Test-Path $debugHost) -and (Test-Fresh 'host' $hash))) {
        # From nothing: a handler that is gone leaves generated code that no longer compiles.
        Get-ChildItem (Join-Path $root 'core'), (Join-Path $root 'connectors'), (Join-Path $root 'web/Gateway') -Recurse -Directory -Filter Generated | Remove-Item -Recurse -Force
        Invoke-Step 'the host' 'build-debug' { dotnet build $hostProject -c Debug }
        Invoke-Step 'code of the handlers' 'codegen' { dotnet $debugHost codegen write }
        if (Test-Path (Join-Path $root 'artifacts/hub')) { Remove-Item (Join-Path $root 'artifacts/hub') -Recurse -Force }
        Invoke-Step 'the host, for release' 'build-release' { dotnet publish $hostProject -c Release -o (Join-Path $root 'artifacts/hub') }
        Set-Stamp 'host' $hash
    }
}

switch ($args[0]) {
    { $_ -in $null, '-h', '--help', 'help' } {
        Write-Host @'
usage: medcrm VERB [OPTIONS]

  up [--demo] [--port N] [--data DIR]   starts everything in one process; Ctrl-C stops it
  build                                 builds what is missing or stale

Verbs of the host (medcrm VERB --help tells more): run, user, channel, dead-letters, quarantine,
doctor, backup, restore, health, version, openapi, codegen
'@
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

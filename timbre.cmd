@echo off
rem Runs Timbre from its source checkout: builds first when something changed, then runs the program.
setlocal
set "ROOT=%~dp0"
set "PROGRAM=%ROOT%src\Timbre.Cli\bin\Release\net10.0\Timbre.Cli.dll"
set "STAMP=%ROOT%artifacts\timbre.stamp"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
if not exist "%PROGRAM%" goto build
if not exist "%STAMP%" goto build
powershell -NoProfile -Command "Set-Location -LiteralPath $env:ROOT; $built = (Get-Item -LiteralPath $env:STAMP).LastWriteTimeUtc; $found = Get-ChildItem src, build, Directory.*, global.json -Recurse | Where-Object { $_.LastWriteTimeUtc -gt $built -and $_.FullName -notmatch '\\(bin|obj)(\\|$)' } | Select-Object -First 1; exit [int]($null -ne $found)"
if not errorlevel 1 goto run
:build
where dotnet >nul 2>nul || (echo timbre: the .NET 10 SDK is needed: https://dotnet.microsoft.com/download 1>&2 & exit /b 1)
echo timbre: building: the first time takes a minute or two ... 1>&2
if not exist "%ROOT%artifacts" mkdir "%ROOT%artifacts"
for %%D in (src\Timbre\bin src\Timbre\obj src\Timbre.Cli\bin src\Timbre.Cli\obj) do if not exist "%ROOT%%%D" mkdir "%ROOT%%%D"
type nul > "%STAMP%.new"
pushd "%ROOT%"
dotnet build "%ROOT%src\Timbre.Cli" -c Release -v q --nologo > "%ROOT%artifacts\timbre.log" 2>&1
if errorlevel 1 (type "%ROOT%artifacts\timbre.log" 1>&2 & echo timbre: the build failed. 1>&2 & exit /b 1)
popd
move /y "%STAMP%.new" "%STAMP%" >nul
:run
dotnet "%PROGRAM%" %*
exit /b %errorlevel%

@echo off
rem test.cmd [--golden FOLDER [FAMILY ...]] [xunit arguments]: builds the tests and runs them.
setlocal
set "ROOT=%~dp0"
set "PROGRAM=%ROOT%tests\Timbre.Tests\bin\Release\net10.0\Timbre.Tests.dll"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"
for %%T in (ffmpeg espeak-ng) do where %%T >nul 2>nul || echo test: missing %%T: tests that need it are skipped. 1>&2
echo test: building ... 1>&2
pushd "%ROOT%"
dotnet build "%ROOT%tests\Timbre.Tests" -c Release -v q --nologo
if errorlevel 1 (echo test: the build failed.& echo 0 passed, 1 failed, 0 skipped& exit /b 1)
popd
if "%~1"=="--golden" (
    dotnet "%PROGRAM%" %*
    exit /b
)
set "LOG=%TEMP%\timbre-test-%RANDOM%.log"
dotnet "%PROGRAM%" -noColor %* > "%LOG%" 2>&1
set "CODE=%errorlevel%"
type "%LOG%"
rem xunit's last line reads: Total: N, Errors: N, Failed: N, Skipped: N, Not Run: N, Time: S
powershell -NoProfile -Command "$n = 0, 0, 0, 0, 0; $seen = $false; foreach ($line in Get-Content -LiteralPath $env:LOG) { if ($line -match 'Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)') { $n = 1..5 | ForEach-Object { [int]$Matches[$_] }; $seen = $true } }; $failed = $n[1] + $n[2]; if (-not $seen -or ($env:CODE -ne '0' -and $failed -eq 0)) { $failed++ }; Write-Output ('{0} passed, {1} failed, {2} skipped' -f ($n[0] - $n[2] - $n[3] - $n[4]), $failed, $n[3]); exit [int]($failed -gt 0)"
set "CODE=%errorlevel%"
del "%LOG%"
exit /b %CODE%

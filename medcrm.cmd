@echo off
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0medcrm.ps1" %*
exit /b %ERRORLEVEL%

<#
.SYNOPSIS
  Instala Cerebro como servicio de Windows con NSSM o con WinSW. La guía es windows.md.
.EXAMPLE
  .\instalar-servicio.ps1 -Con WinSW -Envoltorio C:\Cerebro\descargas\WinSW-x64.exe
.EXAMPLE
  .\instalar-servicio.ps1 -Con NSSM -Envoltorio C:\Cerebro\descargas\nssm.exe
.EXAMPLE
  .\instalar-servicio.ps1 -Quitar -Con NSSM -Envoltorio C:\Cerebro\descargas\nssm.exe
#>
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
  [Parameter(Mandatory)] [ValidateSet('NSSM', 'WinSW')] [string] $Con,
  [Parameter(Mandatory)] [string] $Envoltorio,
  [string] $Proyecto = 'C:\Cerebro\app',
  [string] $Datos = 'C:\Cerebro\datos',
  # Segundos que se espera a que termine: por encima de GRACIA_PARADA_SEG y de LANZADOR_SHUTDOWN_TIMEOUT_SEG.
  [int] $Espera = 120,
  [switch] $Quitar
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$nombre = 'Cerebro'
# Cuenta virtual del servicio: sin contraseña y sin más permisos que los que se le dan aquí.
$cuenta = "NT SERVICE\$nombre"
$node = Join-Path $Proyecto 'node_modules\node\bin\node.exe'
$argumentos = '-r ./server/node-version.cjs server/main.ts'
# El programa que hace de servicio vive en una carpeta que solo los administradores cambian.
$carpeta = 'C:\Cerebro\servicio'
$exeWinSW = Join-Path $carpeta 'cerebro-servicio.exe'
$exeNssm = Join-Path $carpeta 'nssm.exe'

# Lanza la excepción que un programa de fuera no lanza: su código de salida no es 0.
function Invoke-Programa {
  param([string] $Programa, [string[]] $Lista)
  & $Programa @Lista
  if ($LASTEXITCODE -ne 0) { throw "$Programa $($Lista -join ' ') ha terminado con $LASTEXITCODE" }
}

function Remove-Cerebro {
  if (-not (Get-Service -Name $nombre -ErrorAction SilentlyContinue)) { return }
  Stop-Service -Name $nombre
  if ($Con -eq 'NSSM') { Invoke-Programa $Envoltorio @('remove', $nombre, 'confirm') }
  else { Invoke-Programa $exeWinSW @('uninstall') }
  Write-Output "Servicio $nombre quitado. Los datos siguen en $Datos."
}

function Test-Requisitos {
  if (-not (Test-Path $Envoltorio)) { throw "No existe $Envoltorio." }
  if (-not (Test-Path $node)) { throw "No existe ${node}: antes, en ${Proyecto}: npm ci --omit=dev --ignore-scripts, y npm rebuild node." }
  if (-not (Test-Path (Join-Path $Proyecto '.env'))) { throw "Falta $Proyecto\.env: copie .env.example y rellénelo." }
}

function Set-Permisos {
  $registros = Join-Path $Datos 'logs\servicio'
  New-Item -ItemType Directory -Force -Path $registros | Out-Null
  # El programa se lee; los datos se escriben; los ajustes llevan contraseñas y los lee solo el servicio y los administradores. Sin
  # /inheritance:r, lo que cuelga de C:\ lo puede cambiar cualquiera que haya entrado en la máquina.
  foreach ($lectura in $Proyecto, $carpeta) {
    Invoke-Programa 'icacls.exe' @($lectura, '/inheritance:r', '/grant:r', "${cuenta}:(OI)(CI)RX", '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '/Q')
  }
  Invoke-Programa 'icacls.exe' @($Datos, '/inheritance:r', '/grant:r', "${cuenta}:(OI)(CI)M", '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F', '/Q')
  $env = Join-Path $Proyecto '.env'
  Invoke-Programa 'icacls.exe' @($env, '/inheritance:r', '/grant:r', "${cuenta}:R", '*S-1-5-32-544:F', '*S-1-5-18:F', '/Q')
}

function Install-ConNssm {
  Copy-Item -Force $Envoltorio $exeNssm
  Invoke-Programa $exeNssm @('install', $nombre, $node)
  $ajustes = @(
    @('AppParameters', $argumentos),
    @('AppDirectory', $Proyecto),
    @('AppEnvironmentExtra', 'NODE_ENV=production', "DATA_DIR=$Datos"),
    @('DisplayName', $nombre),
    @('Description', 'Reclama recursos y los presenta en las sedes; lanza los robots de A360.'),
    @('Start', 'SERVICE_DELAYED_AUTO_START'),
    # Primero Ctrl+C, y se espera; los navegadores los cierra Cerebro.
    @('AppStopMethodConsole', [string]($Espera * 1000)),
    @('AppStopMethodSkip', '6'),
    @('AppKillProcessTree', '1'),
    # Vuelve a empezar si se cae, y cada vez más despacio si se cae enseguida.
    @('AppExit', 'Default', 'Restart'),
    @('AppExit', '0', 'Exit'),
    @('AppRestartDelay', '5000'),
    @('AppThrottle', '60000'),
    @('AppStdout', (Join-Path $Datos 'logs\servicio\salida.log')),
    @('AppStderr', (Join-Path $Datos 'logs\servicio\errores.log')),
    @('AppRotateFiles', '1'),
    @('AppRotateOnline', '1'),
    @('AppRotateBytes', '52428800')
  )
  foreach ($ajuste in $ajustes) { Invoke-Programa $exeNssm (@('set', $nombre) + $ajuste) }
}

function Install-ConWinSW {
  Copy-Item -Force $Envoltorio $exeWinSW
  $xml = [xml](Get-Content -Raw -Encoding UTF8 (Join-Path $PSScriptRoot 'cerebro-servicio.xml'))
  $xml.service.workingdirectory = $Proyecto
  $xml.service.executable = $node
  $xml.service.stoptimeout = "$Espera sec"
  $xml.service.logpath = Join-Path $Datos 'logs\servicio'
  ($xml.service.env | Where-Object { $_.name -eq 'DATA_DIR' }).value = $Datos
  $xml.Save((Join-Path $carpeta 'cerebro-servicio.xml'))
  Invoke-Programa $exeWinSW @('install')
}

if ($Quitar) { Remove-Cerebro; return }

Test-Requisitos
if (Get-Service -Name $nombre -ErrorAction SilentlyContinue) { throw "El servicio $nombre ya existe: quítelo antes con -Quitar." }
New-Item -ItemType Directory -Force -Path $carpeta | Out-Null
if ($Con -eq 'NSSM') { Install-ConNssm } else { Install-ConWinSW }
Invoke-Programa 'sc.exe' @('config', $nombre, 'obj=', $cuenta)
Set-Permisos
# Windows apaga sin esperar a los servicios más de lo que aquí se dice (milisegundos).
$control = 'HKLM:\SYSTEM\CurrentControlSet\Control'
if ([int](Get-ItemProperty $control).WaitToKillServiceTimeout -lt $Espera * 1000) {
  Set-ItemProperty $control -Name WaitToKillServiceTimeout -Value ([string]($Espera * 1000))
}
Start-Service -Name $nombre
Get-Service -Name $nombre

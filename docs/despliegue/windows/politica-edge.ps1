<#
.SYNOPSIS
  Políticas de Edge y Chrome para los robots: qué certificado digital se enseña en cada sede, sin preguntar, y sin página de bienvenida.
.DESCRIPTION
  Solo hace falta si el certificado está en el almacén de Windows de la cuenta del servicio. Con CERTIFICADO_PFX lo enseña Cerebro.
  Valen para toda la máquina: los navegadores de otras personas también las siguen.
.EXAMPLE
  .\politica-edge.ps1 -Sedes 'https://[*.]xalocgirona.cat' -Emisor 'AC Representación'
.EXAMPLE
  .\politica-edge.ps1 -Quitar
#>
#Requires -RunAsAdministrator
[CmdletBinding()]
param(
  # Direcciones en las que se enseña, como las escribe Edge: https://[*.]dominio
  [string[]] $Sedes = @(),
  # CN de quien emitió el certificado; con -Titular, el CN de a quién. Uno al menos.
  [string] $Emisor = '',
  [string] $Titular = '',
  [switch] $Quitar
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$raices = 'HKLM:\SOFTWARE\Policies\Microsoft\Edge', 'HKLM:\SOFTWARE\Policies\Google\Chrome'
$comunes = [ordered]@{ DefaultBrowserSettingEnabled = 0; PasswordManagerEnabled = 0; AutofillAddressEnabled = 0; AutofillCreditCardEnabled = 0 }
$propias = @{
  'HKLM:\SOFTWARE\Policies\Microsoft\Edge' = @{ HideFirstRunExperience = 1; BrowserSignin = 0; SyncDisabled = 1; StartupBoostEnabled = 0; BackgroundModeEnabled = 0 }
  'HKLM:\SOFTWARE\Policies\Google\Chrome'  = @{ PromotionsEnabled = 0; BrowserSignin = 0; SyncDisabled = 1; BackgroundModeEnabled = 0 }
}

function Get-Filtro {
  $filtro = [ordered]@{}
  if ($Emisor) { $filtro.ISSUER = @{ CN = $Emisor } }
  if ($Titular) { $filtro.SUBJECT = @{ CN = $Titular } }
  return $filtro
}

# Con -Force la lista empieza vacía.
function Set-Certificados {
  param([string] $Raiz)
  $clave = Join-Path $Raiz 'AutoSelectCertificateForUrls'
  New-Item -Force -Path $clave | Out-Null
  $numero = 0
  foreach ($sede in $Sedes) {
    $numero += 1
    $regla = [ordered]@{ pattern = $sede; filter = (Get-Filtro) } | ConvertTo-Json -Compress -Depth 4
    New-ItemProperty -Force -Path $clave -Name ([string]$numero) -PropertyType String -Value $regla | Out-Null
  }
}

function Remove-Politicas {
  param([string] $Raiz)
  if (-not (Test-Path $Raiz)) { return }
  $clave = Join-Path $Raiz 'AutoSelectCertificateForUrls'
  if (Test-Path $clave) { Remove-Item -Recurse -Force $clave }
  foreach ($nombre in @($comunes.Keys) + @($propias[$Raiz].Keys)) {
    Remove-ItemProperty -Path $Raiz -Name $nombre -ErrorAction SilentlyContinue
  }
}

if ($Quitar) {
  foreach ($raiz in $raices) { Remove-Politicas $raiz }
  Write-Output 'Políticas quitadas.'
  return
}
if ($Sedes.Count -eq 0) { throw 'Diga al menos una sede con -Sedes.' }
if (-not ($Emisor -or $Titular)) { throw 'Diga -Emisor o -Titular: sin ninguno se enseñaría cualquier certificado.' }

foreach ($raiz in $raices) {
  # Con -Force sobre una clave que existe, New-Item borraría lo que otros pusieron en ella.
  if (-not (Test-Path $raiz)) { New-Item -Force -Path $raiz | Out-Null }
  foreach ($par in @($comunes.GetEnumerator()) + @($propias[$raiz].GetEnumerator())) {
    New-ItemProperty -Force -Path $raiz -Name $par.Key -PropertyType DWord -Value $par.Value | Out-Null
  }
  Set-Certificados $raiz
}
Write-Output 'Políticas puestas. Se ven en edge://policy y chrome://policy; los robots las siguen desde su próximo navegador.'

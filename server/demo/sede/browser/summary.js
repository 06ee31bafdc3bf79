/* Nothing here protects from a second press: as in the real portal, each one is a submission. */
window.comprobar = () => {
  document.getElementById('procesando').hidden = false;
  document.getElementById('formEnvio').submit();
};

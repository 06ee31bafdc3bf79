import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * From now on whoever this machine trusts is trusted here too: a company signs its own mail server, its SQL Server or its Control Room,
 * and IT installs who signs them in the machine, where Node does not look by itself.
 */
export const trustMachine = (): void => {
  try {
    setDefaultCACertificates([...new Set([...getCACertificates('default'), ...getCACertificates('system')])]);
  } catch {
    // A store that cannot be read leaves what Node brings.
  }
};

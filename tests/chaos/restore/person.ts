/** Somebody at the panel, with the form token of its pages. */
export type Person = {
  /** Sends a form. @throws unless it is answered with a page to go to. */
  order(path: string, fields?: Readonly<Record<string, string>>): Promise<void>;
};

/** @param panel address of the panel, without users: nobody signs in */
export const personAt = (panel: string): Person => ({
  order: async (path, fields = {}) => {
    const page = await fetch(`${panel}/datos`);
    const token = /name="csrf-token" content="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    const cookie = page.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const body = new URLSearchParams({ ...fields, _csrf: token });
    const answer = await fetch(panel + path, { method: 'POST', redirect: 'manual', headers: { origin: panel, cookie }, body });
    if (answer.status !== 303) throw new Error(`POST ${path} ${JSON.stringify(fields)}: ${answer.status}`);
  },
});

import type { PageHouse } from './house.ts';

/** A page as a person sees it: words, headings, rows, links and buttons; no tags. */
export type Screen = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly html: string;
  /** Everything that can be read, blanks collapsed. */
  readonly text: string;
  readonly heading: string;
  /** Cells of every table row but the header's. */
  readonly rows: readonly (readonly string[])[];
  /** Addresses by the words of the link. */
  readonly links: ReadonlyMap<string, string>;
  /** Words of every button of the page; those of the frame around it are everywhere. */
  readonly buttons: readonly string[];
  /** What is typed in the fields, by name. */
  readonly fields: ReadonlyMap<string, string>;
};

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

const words = (html: string): string =>
  html
    .replace(/<(script|style|svg|title|head)\b[^>]*>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();

const elements = (html: string, tag: string): { attributes: string; inner: string }[] =>
  [...html.matchAll(new RegExp(`<${tag}\\b([^>]*)>(.*?)</${tag}>`, 'gs'))].map((match) => ({
    attributes: match[1] as string,
    inner: match[2] as string,
  }));

const attribute = (attributes: string, name: string): string => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
  return value.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
};

export const readScreen = (status: number, headers: Readonly<Record<string, unknown>>, html: string): Screen => {
  const page = elements(html, 'main')[0]?.inner ?? html;
  const inputs = [...page.matchAll(/<input\b([^>]*)>/g)].map((match) => match[1] as string);
  const shown = inputs.filter((input) => !/type="(checkbox|radio)"/.test(input) || / checked/.test(input));
  return {
    status,
    headers,
    html,
    text: words(html),
    heading: words(elements(html, 'h1')[0]?.inner ?? ''),
    rows: elements(html, 'tbody').flatMap(({ inner }) =>
      elements(inner, 'tr').map((row) => [...row.inner.matchAll(/<t[hd]\b[^>]*>(.*?)<\/t[hd]>/gs)].map((cell) => words(cell[1] as string))),
    ),
    links: new Map(elements(html, 'a').map(({ attributes, inner }) => [words(inner), attribute(attributes, 'href')])),
    buttons: [...elements(page, 'button'), ...elements(page, 'summary')].map(({ inner }) => words(inner)),
    fields: new Map(shown.map((input) => [attribute(input, 'name'), attribute(input, 'value')])),
  };
};

const here = '127.0.0.1:3000';

/** Opens an address. `headers` are added to those of a browser on the same machine. */
export const visit = async (house: PageHouse, url: string, headers: Record<string, string> = {}): Promise<Screen> => {
  const answer = await house.app.inject({ url, headers: { host: here, ...headers } });
  return readScreen(answer.statusCode, answer.headers, answer.body);
};

/** Sends a form as the page of this panel would: its Origin, and the token every page carries (of whoever the cookie says). */
export const send = async (
  house: PageHouse,
  url: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Record<string, string> = {},
): Promise<Screen> => {
  const cookie = headers.cookie === undefined ? {} : { cookie: headers.cookie };
  const page = await visit(house, '/sistema', cookie);
  const token = tokenOf(page.status === 303 ? await visit(house, '/acceso') : page);
  const answer = await house.app.inject({
    method: 'POST',
    url,
    headers: { host: here, origin: `http://${here}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ _csrf: token, ...fields }).toString(),
  });
  return readScreen(answer.statusCode, answer.headers, answer.body);
};

export const tokenOf = (screen: Screen): string => /<meta name="csrf-token" content="([^"]+)"/.exec(screen.html)?.[1] ?? '';

import type { Page } from 'playwright-core';
import { passingFailure } from '../../failures.ts';
import { chosenEntries, differences, type Entries, motiveHtml, sameText, typedEntries } from './entries.ts';
import type { XalocFields } from './form.ts';
import { selectors } from './selectors.ts';

/** Types every entry into its field. Leaving a field runs the portal's own checks. */
export const type = async (page: Page, entries: Entries): Promise<void> => {
  for (const [name, value] of Object.entries(entries)) await page.locator(`#${name}`).fill(value);
};

/** Sets the text through the editor, once it is there, and makes it save into its textarea, which is what is sent. */
export const writeMotive = async (page: Page, paragraphs: readonly string[]): Promise<void> => {
  await page.waitForFunction(
    ([id, html]) => {
      type Editor = { setContent(html: string): void; save(): void };
      const editor = (window as unknown as { tinymce?: { get(id: string): Editor | null } }).tinymce?.get(id);
      editor?.setContent(html);
      editor?.save();
      // So that the step's capture shows the text.
      document.getElementById(`${id}_ifr`)?.scrollIntoView({ block: 'center' });
      return Boolean(editor);
    },
    [selectors.form.editor, motiveHtml(paragraphs)] as const,
  );
};

/** What the form would send now: its values, and the text of the motive without its marks. */
const readForm = (page: Page): Promise<{ values: Record<string, string>; motive: string }> =>
  page.locator(selectors.form.itself).evaluate((form, editor) => {
    const values = Object.fromEntries([...new FormData(form as HTMLFormElement)].map(([name, value]) => [name, String(value)]));
    const text = new DOMParser().parseFromString(values[editor] ?? '', 'text/html').body.textContent;
    return { values, motive: text ?? '' };
  }, selectors.form.editor);

/** Names of what the form does not hold as it should. */
export const wrongFields = async (page: Page, fields: XalocFields): Promise<readonly string[]> => {
  const { values, motive } = await readForm(page);
  const wrong = differences({ ...typedEntries(fields), ...chosenEntries(fields) }, values);
  return sameText(motive, fields.motivos.join('')) ? wrong : [...wrong, selectors.form.editor];
};

/**
 * Every value stands in the form, or the form is not sent. A reload may have emptied some: those are typed once more.
 * @throws RobotFailure `formulario_alterado`.
 */
export const verifyForm = async (page: Page, fields: XalocFields): Promise<void> => {
  const wrong = await wrongFields(page, fields);
  if (wrong.length === 0) return;
  const typed = Object.entries(typedEntries(fields)).filter(([name]) => wrong.includes(name));
  await type(page, Object.fromEntries(typed));
  if (wrong.includes(selectors.form.editor)) await writeMotive(page, fields.motivos);
  const still = await wrongFields(page, fields);
  if (still.length > 0) throw passingFailure('formulario_alterado', `El formulario no conserva lo escrito en: ${still.join(', ')}.`);
};

/** What a person does on the pages of the Temporal Web UI: nothing here reaches Temporal but by its buttons. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

export type Tab = 'timeline' | 'history' | 'pending-activities' | 'user-metadata' | 'search-attributes';
type Form = 'Signal' | 'Update';

export class ReleasePage {
  constructor(
    readonly page: Page,
    private readonly base: string,
  ) {}

  /** The list of releases. */
  async openList(query = ''): Promise<void> {
    const search = query === '' ? '' : `?query=${encodeURIComponent(query)}`;
    await this.page.goto(`${this.base}/namespaces/default/workflows${search}`);
  }

  /** Chooses a column for the list. */
  async addColumns(...names: string[]): Promise<void> {
    await this.page.getByTestId('workflows-summary-table-configuration-button').click();
    for (const name of names) await this.page.getByTestId(`orderable-list-item-${name}-add-button`).click();
    await this.page.getByRole('button', { name: 'Close' }).first().click();
  }

  /** Takes columns out of the list. */
  async removeColumns(...names: string[]): Promise<void> {
    await this.page.getByTestId('workflows-summary-table-configuration-button').click();
    for (const name of names)
      await this.page.getByTestId(`orderable-list-item-${name}-remove-button`).click();
    await this.page.getByRole('button', { name: 'Close' }).first().click();
  }

  /** Filters the list by a search attribute that is true or false. */
  async filterByFlag(name: string, value: 'True' | 'False'): Promise<void> {
    await this.page.getByTestId('add-filter-button').click();
    await this.page.getByRole('menuitem', { name }).click();
    await this.page.getByRole('button', { name: value, exact: true }).click();
    await this.page.getByTestId('apply-filter-button').click();
  }

  /** The list's row of an app's release. */
  row(app: string): Locator {
    return this.page.getByRole('row').filter({ hasText: `release:${app}` });
  }

  /** A tab of a run. */
  async open(app: string, run: string, tab: Tab = 'user-metadata'): Promise<void> {
    await this.page.goto(
      `${this.base}/namespaces/default/workflows/${encodeURIComponent(`release:${app}`)}/${run}/${tab}`,
    );
  }

  /** Current Details as it is rendered. */
  details(): FrameLocator {
    return this.page.frameLocator('#user-metadata-current-details');
  }

  /** What Current Details say now, asked for anew as the page says: with R. */
  async refreshed(): Promise<string> {
    // While it is asked for, the page may be laid out anew, and a form on it closed. A page that loads does not know R yet.
    const answered = this.page
      .waitForResponse(/__temporal_workflow_metadata/, { timeout: 3_000 })
      .catch(() => null);
    await this.page.keyboard.press('r');
    await answered;
    const main = this.details().locator('main');
    // The frame is another one after each answer.
    const text = await main.innerText({ timeout: 2_000 }).catch(() => '');
    return text.trim();
  }

  /** Copies the JSON that Current Details show for a verb, as a person does: three clicks and Ctrl+C. */
  async copyJson(verb: string): Promise<void> {
    const item = this.details()
      .getByRole('listitem')
      .filter({ hasText: new RegExp(`^${verb}:`) });
    await this.copy(item.locator('code').last());
  }

  /** Copies a line. */
  async copy(line: Locator): Promise<void> {
    await line.click({ clickCount: 3 });
    await this.page.keyboard.press('ControlOrMeta+C');
  }

  /** Opens a form and chooses a name from its list. */
  async choose(form: Form, name: string): Promise<Locator> {
    // A form that was open before still has what was sent with it.
    await this.page.reload();
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    const article = form === 'Signal' ? 'a' : 'an';
    await this.page.getByRole('menuitem', { name: `Send ${article} ${form}` }).click();
    const dialog = this.page.getByRole('dialog', { name: `Send ${article} ${form}` });
    await dialog.getByTestId(`${form.toLowerCase()}-select-button`).click();
    await dialog
      .getByRole('option')
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .click();
    return dialog;
  }

  /** Sends what was copied. */
  async sendCopied(form: Form, name: string): Promise<Locator> {
    const dialog = await this.choose(form, name);
    await this.editor(dialog);
    await this.page.keyboard.press('ControlOrMeta+V');
    await this.submit(form, dialog);
    return dialog;
  }

  /** Sends this JSON. */
  async send(
    form: Form,
    name: string,
    json: unknown,
    encoding: 'json/plain' | 'json/protobuf' = 'json/plain',
  ): Promise<Locator> {
    const dialog = await this.choose(form, name);
    await this.type(dialog, JSON.stringify(json));
    if (form === 'Signal') {
      await this.leaveEditor(dialog);
      await dialog.getByRole('radio', { name: encoding }).check();
    }
    await this.submit(form, dialog);
    return dialog;
  }

  /** Writes into a form; at once, since the editor closes brackets for those who type them. */
  async type(dialog: Locator, text: string): Promise<void> {
    await this.editor(dialog);
    await this.page.keyboard.insertText(text);
  }

  /** The form still has what was sent with it before. */
  private async editor(dialog: Locator): Promise<void> {
    await dialog.getByRole('textbox', { name: 'Data' }).click();
    await this.page.keyboard.press('ControlOrMeta+A');
  }

  /** Leaving the editor lays its JSON out anew, and what is below it moves: a click on that just then would miss it. */
  async leaveEditor(dialog: Locator): Promise<void> {
    await dialog.getByRole('textbox', { name: 'Data' }).blur();
  }

  /** Presses the form's button. A Signal is taken in any case; the form of an Update that is refused stays. */
  async submit(form: Form, dialog: Locator): Promise<void> {
    await this.leaveEditor(dialog);
    // By the keyboard: what moves under a pointer is still focused.
    await dialog.getByRole('button', { name: 'Submit' }).press('Enter');
    // Whoever presses R while a form closes finds it open again.
    if (form === 'Signal') await dialog.waitFor({ state: 'hidden' });
  }
}

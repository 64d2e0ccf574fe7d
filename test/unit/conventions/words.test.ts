/** Proves that every word that people read comes from `_locales`: none stands in the code of the extension. */
import { describe, expect, it } from 'vitest';
import { findLiteralWords } from './literal-words.ts';
import { listSourceFiles, readProjectFile } from './source-files.ts';

/** Styles of a library that takes them as code; there is no word in them. */
const STYLES = 'extension/ui/schema-form/json-editor-looks.ts';
const files = listSourceFiles().filter((path) => /^extension\/(ui|state|gateway)\//.test(path) && path !== STYLES);

describe('words', () => {
  it('stand in no file of the extension', () => {
    expect(files.length).toBeGreaterThan(100);
    const literal = files.flatMap((path) => findLiteralWords(path, readProjectFile(path)).map((found) => `${path}:${found}`));
    expect(literal).toEqual([]);
  });

  it.each([
    ['text', '<p>Not yet</p>'],
    ['text around an element', '<p>Since <b>{date}</b></p>'],
    ['text beside a value', '<p>{count} items</p>'],
    ['one of two', "<b>{isOver ? t('a_b') : 'Over'}</b>"],
    ['what stands where a value lacks', "<b>{name ?? 'Unknown'}</b>"],
    ['a template', '<b>{`items ` + count}</b>'],
    ['a name for screen readers', '<i aria-label="Close" />'],
    ['a label of a component', "<Field label={isNew ? 'New' : t('a_b')} />"],
    ['a member', "const item = { label: 'Rename' };"],
    ['what is announced', 'announce(`ended ` + name);'],
    ['a sentence anywhere', "const f = () => 'Nothing was sent.';"],
    ['a sentence in a list', "f(['Try again']);"],
  ])('are found: %s', (_, source) => {
    expect(findLiteralWords('a.tsx', source)).toHaveLength(1);
  });

  it.each([
    ['messages', "<p title={t('a_b')}>{t('a_c', name)}</p>"],
    ['signs', '<p>{a} · {b} → 3:05</p>'],
    ['what a browser reads', '<div class="one two" id="one"><path d="M1 2 a b" /></div>'],
    ['codes', "const a = { kind: 'idle', state: 'done' }; if (a.kind === 'done') run('stop');"],
    ['names', '<p>MCP over Streamable HTTP</p>'.replace(' over', ' ·')],
    ['code', '<code>Authorization: Bearer …</code>'],
    ['selectors', "row.querySelector('.one button');"],
    ['errors of the program', "throw new Error('Used outside of a form');"],
    ['imports', "import type { a } from './one two.ts';"],
  ])('are not: %s', (_, source) => {
    expect(findLiteralWords('a.tsx', source)).toEqual([]);
  });
});

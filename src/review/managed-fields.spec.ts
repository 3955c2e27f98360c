import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutManagedFields } from './managed-fields.js';

describe(withoutManagedFields.name, () => {
  const emptied = (json: string) => withoutManagedFields(Buffer.from(json)).toString();

  const cases: { readonly [name: string]: readonly [json: string, expected: string] } = {
    'empties the list': ['{"a":1,"managedFields":[{"b":[2]},3],"c":4}', '{"a":1,"managedFields":[],"c":4}'],
    'keeps an empty list': ['{"a":1,"managedFields":[]}', '{"a":1,"managedFields":[]}'],
    'empties only the first of two lists': [
      '[{"a":1,"managedFields":[2]},{"a":1,"managedFields":[3]}]',
      '[{"a":1,"managedFields":[]},{"a":1,"managedFields":[3]}]',
    ],
    'does not parse the content of the list': [
      '{"a":1,"managedFields":[oops]}',
      '{"a":1,"managedFields":[]}',
    ],
    'ignores brackets in strings': ['{"a":1,"managedFields":["]","["]}', '{"a":1,"managedFields":[]}'],
    'handles a backslash at the end of a string': [
      String.raw`{"a":1,"managedFields":["\\"]}`,
      '{"a":1,"managedFields":[]}',
    ],
    'ignores escaped quotes in strings': [
      String.raw`{"a":1,"managedFields":["\"]","]\\","\\\"]"],"b":"]"}`,
      '{"a":1,"managedFields":[],"b":"]"}',
    ],
    'keeps non-ASCII text around the list': [
      '{"ä":"€","managedFields":["😀]"],"b":"ß"}',
      '{"ä":"€","managedFields":[],"b":"ß"}',
    ],
  };
  for (const [name, [json, expected]] of Object.entries(cases)) {
    it(name, () => assert.equal(emptied(json), expected));
  }

  const untouched: { readonly [name: string]: string } = {
    'JSON without the field': '{"a":1}',
    'the field in a string': JSON.stringify({ note: 'x,"managedFields":[1]' }),
    'the field at the end of another key': JSON.stringify({ a: 0, 'b,"managedFields': [1] }),
    'a field that is not a list': '{"a":1,"managedFields":{"b":[2]}}',
    'an unclosed list': '{"a":1,"managedFields":[[2]',
    'an unclosed string': '{"a":1,"managedFields":["]',
    'text that ends with a backslash': '{"a":1,"managedFields":["\\',
    'empty text': '',
  };
  for (const [name, json] of Object.entries(untouched)) {
    it(`returns ${name} unchanged`, () => assert.equal(emptied(json), json));
  }

  it('does not modify its input', () => {
    const given = Buffer.from('{"a":1,"managedFields":[2]}');
    withoutManagedFields(given);
    assert.equal(given.toString(), '{"a":1,"managedFields":[2]}');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutManagedFields } from './managed-fields.js';

describe(withoutManagedFields.name, () => {
  const emptied = (json: string) => withoutManagedFields(Buffer.from(json)).toString();

  const cases: { readonly [name: string]: readonly [json: string, expected: string] } = {
    'empties the list': ['{"a":1,"managedFields":[{"b":[2]},3],"c":4}', '{"a":1,"managedFields":[],"c":4}'],
    'takes an empty list': ['{"a":1,"managedFields":[]}', '{"a":1,"managedFields":[]}'],
    'empties the first of two': [
      '[{"a":1,"managedFields":[2]},{"a":1,"managedFields":[3]}]',
      '[{"a":1,"managedFields":[]},{"a":1,"managedFields":[3]}]',
    ],
    'does not look at what is in there': ['{"a":1,"managedFields":[oops]}', '{"a":1,"managedFields":[]}'],
    'is not misled by brackets in strings': [
      '{"a":1,"managedFields":["]","["]}',
      '{"a":1,"managedFields":[]}',
    ],
    'is not misled by a backslash at the end of a string': [
      String.raw`{"a":1,"managedFields":["\\"]}`,
      '{"a":1,"managedFields":[]}',
    ],
    'is not misled by quotes in strings': [
      String.raw`{"a":1,"managedFields":["\"]","]\\","\\\"]"],"b":"]"}`,
      '{"a":1,"managedFields":[],"b":"]"}',
    ],
    'keeps the text around it, whatever it is written in': [
      '{"ä":"€","managedFields":["😀]"],"b":"ß"}',
      '{"ä":"€","managedFields":[],"b":"ß"}',
    ],
  };
  for (const [name, [json, expected]] of Object.entries(cases)) {
    it(name, () => assert.equal(emptied(json), expected));
  }

  const untouched: { readonly [what: string]: string } = {
    'a text without it': '{"a":1}',
    'its name in a string': JSON.stringify({ note: 'x,"managedFields":[1]' }),
    'its name at the end of another name': JSON.stringify({ a: 0, 'b,"managedFields': [1] }),
    'a value that is not a list': '{"a":1,"managedFields":{"b":[2]}}',
    'a list that is not closed': '{"a":1,"managedFields":[[2]',
    'a string that is not closed': '{"a":1,"managedFields":["]',
    'a text that ends with a backslash': '{"a":1,"managedFields":["\\',
    nothing: '',
  };
  for (const [what, json] of Object.entries(untouched)) {
    it(`leaves ${what} as it is`, () => assert.equal(emptied(json), json));
  }

  it('does not write to what it is given', () => {
    const given = Buffer.from('{"a":1,"managedFields":[2]}');
    withoutManagedFields(given);
    assert.equal(given.toString(), '{"a":1,"managedFields":[2]}');
  });
});

import { Lexer } from 'yaml';

/** The parts of yaml's lexer that {@link KubectlLexer} changes. They are private, so the version of yaml is pinned. */
interface LexerInternals {
  /** The indentation that continues a value; a line with less ends it. */
  indentNext: number;
  lex(source: string): Generator<string>;
  parseFlowCollection(): Generator<string, unknown>;
  parseQuotedScalar(): Generator<string, unknown>;
}

const BaseLexer = Lexer as unknown as new () => LexerInternals;

/**
 * Ignores the indentation of lines in quotes and in flow collections, as libyaml does, and with it kubectl. YAML
 * requires them to be indented deeper than their key.
 */
export class KubectlLexer extends BaseLexer {
  override *parseFlowCollection(): Generator<string, unknown> {
    return yield* this.#unindented(super.parseFlowCollection());
  }

  override *parseQuotedScalar(): Generator<string, unknown> {
    return yield* this.#unindented(super.parseQuotedScalar());
  }

  *#unindented(state: Generator<string, unknown>): Generator<string, unknown> {
    const indent = this.indentNext;
    this.indentNext = 0;
    const next = yield* state;
    this.indentNext = indent;
    return next;
  }
}

/** Where a text stops being JSON: both count from 1. */
export interface DamagePlace {
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the first character that cannot be part of a JSON text (RFC 8259), or null when the text
 * is whole. `JSON.parse` names the place in some of its messages only, hence this.
 */
export function findJsonDamage(text: string): DamagePlace | null {
  const scanner = new JsonScanner(text);
  if (scanner.isWhole()) return null;
  const before = text.slice(0, scanner.position).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR =
  /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

class JsonScanner {
  position = 0;
  constructor(private readonly text: string) {}

  isWhole(): boolean {
    if (!this.value()) return false;
    this.take(SPACE);
    return this.position === this.text.length;
  }

  private value(): boolean {
    this.take(SPACE);
    switch (this.text[this.position]) {
      case "{":
        return this.list("}", () => this.member());
      case "[":
        return this.list("]", () => this.value());
      case '"':
        return this.take(STRING);
      default:
        return this.take(SCALAR);
    }
  }

  private member(): boolean {
    this.take(SPACE);
    return this.take(STRING) && this.character(":") && this.value();
  }

  private list(end: string, item: () => boolean): boolean {
    this.position++;
    if (this.character(end)) return true;
    do {
      if (!item()) return false;
    } while (this.character(","));
    return this.character(end);
  }

  private character(wanted: string): boolean {
    this.take(SPACE);
    if (this.text[this.position] !== wanted) return false;
    this.position++;
    return true;
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return false;
    this.position += found[0].length;
    return true;
  }
}

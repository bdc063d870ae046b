/** A class or function that a pickle names; nothing is ever looked up or run. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** A call of a global, or ("persistent") a reference to something outside the pickle, as it is written. */
export class PickleCall {
  constructor(readonly callee: string, readonly args: PickleValue[]) {}
}

/** What a pickle may hold here; lists and tuples are both arrays. */
type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleGlobal
  | PickleCall
  | PickleValue[]
  | Map<PickleValue, PickleValue>;

/**
 * Reads one pickle with the opcodes of protocol 2 that torch.save writes (Python's
 * Lib/pickletools.py says what each does). Calls are kept as data, so that no file can run anything.
 *
 * @param at where it starts
 * @returns its value, and where the next pickle starts
 * @throws RangeError when it is cut off, malformed, or uses another opcode.
 */
export function readPickle(
  bytes: Uint8Array,
  at = 0,
): { value: PickleValue; end: number } {
  const machine = new Machine(bytes, at);
  while (machine.step());
  return { value: machine.pop(), end: machine.at };
}

class Machine {
  readonly #view: DataView;
  #stack: PickleValue[] = [];
  /** Stacks put aside at each mark. */
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(readonly bytes: Uint8Array, public at: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Runs one opcode. @returns whether more follow */
  step(): boolean {
    const start = this.at;
    const code = this.#number(1);
    if (code === 0x2e) return false;
    const run = this.#opcodes[code];
    if (run === undefined) {
      throw new RangeError(
        `its pickle uses opcode 0x${
          code.toString(16)
        } at byte ${start}, which weights do not need`,
      );
    }
    const value = run();
    if (value !== undefined) this.#stack.push(value);
    return true;
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    return value === undefined ? this.#missing() : value;
  }

  /** What each opcode does; where it makes a value, that is pushed. */
  readonly #opcodes: Record<number, () => PickleValue | undefined | void> = {
    0x80: () => void this.#number(1), // PROTO
    0x4e: () => null, // NONE
    0x88: () => true, // NEWTRUE
    0x89: () => false, // NEWFALSE
    0x4a: () => this.#number(4) | 0, // BININT
    0x4b: () => this.#number(1), // BININT1
    0x4d: () => this.#number(2), // BININT2
    0x8a: () => toBigInt(this.#take(this.#number(1))), // LONG1
    0x58: () => this.#text(this.#number(4)), // BINUNICODE
    0x63: () => new PickleGlobal(`${this.#line()}.${this.#line()}`), // GLOBAL
    0x5d: () => [], // EMPTY_LIST
    0x29: () => [], // EMPTY_TUPLE
    0x7d: () => new Map(), // EMPTY_DICT
    0x28: () => { // MARK
      this.#marked.push(this.#stack);
      this.#stack = [];
    },
    0x71: () => void this.#memo.set(this.#number(1), this.#top()), // BINPUT
    0x72: () => void this.#memo.set(this.#number(4), this.#top()), // LONG_BINPUT
    0x68: () => this.#memo.get(this.#number(1)) ?? this.#missing(), // BINGET
    0x6a: () => this.#memo.get(this.#number(4)) ?? this.#missing(), // LONG_BINGET
    0x74: () => this.#popToMark(), // TUPLE
    0x85: () => [this.pop()], // TUPLE1
    0x86: () => [this.pop(), this.pop()].reverse(), // TUPLE2
    0x87: () => [this.pop(), this.pop(), this.pop()].reverse(), // TUPLE3
    0x61: () => this.#append([this.pop()]), // APPEND
    0x65: () => this.#append(this.#popToMark()), // APPENDS
    0x73: () => this.#setItems([this.pop(), this.pop()].reverse()), // SETITEM
    0x75: () => this.#setItems(this.#popToMark()), // SETITEMS
    0x52: () => this.#call(this.pop(), this.pop()), // REDUCE
    0x51: () => new PickleCall("persistent", [this.pop()]), // BINPERSID
    0x62: () => void this.pop(), // BUILD: torch's _metadata of a dict; weights need none
  };

  #call(args: PickleValue, callee: PickleValue): PickleValue {
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
      throw new RangeError("its pickle calls something that is no function");
    }
    return callee.name === "collections.OrderedDict"
      ? new Map()
      : new PickleCall(callee.name, args);
  }

  #append(items: PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) this.#missing();
    for (const item of items) list.push(item);
  }

  #setItems(items: PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) this.#missing();
    for (let i = 0; i < items.length; i += 2) {
      dict.set(items[i]!, items[i + 1]!);
    }
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    return value === undefined ? this.#missing() : value;
  }

  #popToMark(): PickleValue[] {
    const items = this.#stack;
    this.#stack = this.#marked.pop() ?? this.#missing();
    return items;
  }

  #missing(): never {
    throw new RangeError("its pickle uses a value that is not there");
  }

  #take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) {
      throw new RangeError(`its pickle is cut off at byte ${this.at}`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** An unsigned number, little-endian. */
  #number(length: 1 | 2 | 4): number {
    this.#take(length);
    const at = this.at - length;
    if (length === 1) return this.#view.getUint8(at);
    return length === 2
      ? this.#view.getUint16(at, true)
      : this.#view.getUint32(at, true);
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#take(length));
  }

  /** Text up to the next line feed, which is skipped. */
  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    const text = this.#text((end < 0 ? Infinity : end) - this.at);
    this.#take(1);
    return text;
  }
}

/** Little-endian two's complement, as LONG1 has it. */
function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value << 8n | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

import type { ByteReader } from "./byte_reader.ts";
import { PickleStack } from "./pickle_stack.ts";

/** A class or function that a pickle names; nothing is ever looked up or run. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What a pickle may hold here; lists and tuples are both arrays. `T` is what the two hooks make. */
export type PickleValue<T> =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleGlobal
  | T
  | PickleValue<T>[]
  | Map<PickleValue<T>, PickleValue<T>>;

/** The two places where a pickle would run code; the reader of a format decides what they mean. */
export interface PickleHooks<T> {
  /** A call of a global with arguments. */
  call(name: string, args: PickleValue<T>[]): PickleValue<T>;
  /** An object kept outside the pickle. */
  persistent(id: PickleValue<T>): PickleValue<T>;
}

/**
 * Reads one pickle with the opcodes that torch.save writes (Python's Lib/pickletools.py describes
 * them; protocol 2, and of later protocols the shorter spellings). All others are refused, and no
 * opcode here imports or runs anything: calls go to the hooks, which know a few names.
 *
 * @throws WeightsError when it is cut off, malformed, or uses another opcode.
 */
export function unpickle<T>(
  reader: ByteReader,
  hooks: PickleHooks<T>,
): PickleValue<T> {
  const machine = new Machine(reader, hooks);
  while (!machine.step());
  return machine.result();
}

class Machine<T> {
  readonly #reader: ByteReader;
  readonly #hooks: PickleHooks<T>;
  readonly #stack: PickleStack<T>;

  constructor(reader: ByteReader, hooks: PickleHooks<T>) {
    this.#reader = reader;
    this.#hooks = hooks;
    this.#stack = new PickleStack((what) => reader.file.damaged(what));
  }

  result(): PickleValue<T> {
    return this.#stack.result();
  }

  /** Runs one opcode. @returns whether it was STOP */
  step(): boolean {
    const at = this.#reader.position;
    const code = this.#reader.u8();
    if (code === 0x2e) return true;
    if (!this.#literal(code) && !this.#memoize(code) && !this.#build(code)) {
      throw this.#stack.malformed(
        `its pickle uses opcode 0x${
          code.toString(16)
        } at byte ${at}, which weights do not need`,
      );
    }
    return false;
  }

  /** Opcodes that push a value written in the pickle. */
  #literal(code: number): boolean {
    const reader = this.#reader;
    switch (code) {
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(reader.i32());
      case 0x4b: // BININT1
        return this.#push(reader.u8());
      case 0x4d: // BININT2
        return this.#push(reader.u16());
      case 0x8a: // LONG1
        return this.#push(toBigInt(reader.take(reader.u8())));
      case 0x47: // BINFLOAT
        return this.#push(reader.f64BigEndian());
      case 0x58: // BINUNICODE
        return this.#push(reader.text(reader.u32()));
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, from Python 2
        return this.#push(reader.text(reader.u8()));
      case 0x63: // GLOBAL
        return this.#push(
          new PickleGlobal(`${reader.line()}.${reader.line()}`),
        );
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return this.#push([]);
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      default:
        return false;
    }
  }

  /** Opcodes of the frame around values: protocol, frames, marks and the memo. */
  #memoize(code: number): boolean {
    const reader = this.#reader;
    switch (code) {
      case 0x80: // PROTO
        reader.u8();
        return true;
      case 0x95: // FRAME
        reader.take(8);
        return true;
      case 0x28: // MARK
        this.#stack.mark();
        return true;
      case 0x71: // BINPUT
        this.#stack.remember(reader.u8());
        return true;
      case 0x72: // LONG_BINPUT
        this.#stack.remember(reader.u32());
        return true;
      case 0x94: // MEMOIZE
        this.#stack.remember();
        return true;
      case 0x68: // BINGET
        this.#stack.recall(reader.u8());
        return true;
      case 0x6a: // LONG_BINGET
        this.#stack.recall(reader.u32());
        return true;
      default:
        return false;
    }
  }

  /** Opcodes that make a value of the values on the stack. */
  #build(code: number): boolean {
    switch (code) {
      case 0x74: // TUPLE
        return this.#push(this.#stack.popToMark());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push(this.#stack.popMany(code - 0x84));
      case 0x61: // APPEND
        return this.#append(this.#stack.popMany(1));
      case 0x65: // APPENDS
        return this.#append(this.#stack.popToMark());
      case 0x73: // SETITEM
        return this.#setItems(this.#stack.popMany(2));
      case 0x75: // SETITEMS
        return this.#setItems(this.#stack.popToMark());
      case 0x93: // STACK_GLOBAL
        return this.#push(
          new PickleGlobal(this.#stack.popMany(2).map(String).join(".")),
        );
      case 0x52: // REDUCE
        return this.#reduce();
      case 0x51: // BINPERSID
        return this.#push(this.#hooks.persistent(this.#stack.pop()));
      case 0x62: // BUILD: attributes of a dict (torch's _metadata); weights need none
        this.#stack.pop();
        if (this.#stack.top() instanceof Map) return true;
        throw this.#stack.malformed(
          "its pickle sets attributes of something other than a dict",
        );
      default:
        return false;
    }
  }

  #push(value: PickleValue<T>): boolean {
    this.#stack.push(value);
    return true;
  }

  #reduce(): boolean {
    const args = this.#stack.pop();
    const callee = this.#stack.pop();
    if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
      throw this.#stack.malformed(
        "its pickle calls something that is no function",
      );
    }
    return this.#push(this.#hooks.call(callee.name, args));
  }

  #append(items: PickleValue<T>[]): boolean {
    const list = this.#stack.top();
    if (!Array.isArray(list)) {
      throw this.#stack.malformed("its pickle appends to no list");
    }
    for (const item of items) list.push(item);
    return true;
  }

  #setItems(items: PickleValue<T>[]): boolean {
    const dict = this.#stack.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.#stack.malformed("its pickle sets items of no dict");
    }
    for (let i = 0; i < items.length; i += 2) {
      dict.set(items[i]!, items[i + 1]!);
    }
    return true;
  }
}

/** Little-endian two's complement, as LONG1 has it. */
function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value << 8n | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

import { tf } from "./backend.ts";

/** What this project's own kernels use of TensorFlow.js's WebAssembly backend. */
interface WasmBackend {
  readonly wasm: { readonly asm: { readonly memory: WebAssembly.Memory } };
  readonly dataIdMap: {
    get(dataId: object): { readonly memoryOffset: number };
  };
  makeOutput(shape: number[], type: "float32"): tf.TensorInfo;
}

function backend(): WasmBackend {
  return tf.backend() as unknown as WasmBackend;
}

/** The memory all tensors lie in. */
function tensorMemory(): WebAssembly.Memory {
  return backend().wasm.asm.memory;
}

/** Where a tensor's numbers start in `tensorMemory()`, bytes. */
export function placeOf({ dataId }: tf.TensorInfo): number {
  return backend().dataIdMap.get(dataId).memoryOffset;
}

/** A tensor whose numbers are whatever its memory holds, to be written by a kernel. */
export function unwrittenTensor<T extends tf.Tensor>(shape: number[]): T {
  const info = backend().makeOutput(shape, "float32");
  return tf.engine().makeTensorFromTensorInfo(info) as T;
}

/** A tensor's numbers where they lie; gone as soon as another tensor is made. */
export function numbersOf(tensor: tf.Tensor): Float32Array {
  return new Float32Array(
    tensorMemory().buffer,
    placeOf(tensor),
    tensor.size,
  );
}

/**
 * A kernel that works on tensors where they lie, compiled when it is first called for.
 *
 * @returns what gives the kernel for the memory that tensors lie in now
 */
export function tensorKernel<T extends (...numbers: never[]) => unknown>(
  compile: () => WebAssembly.Module,
): () => T {
  let memory: WebAssembly.Memory | undefined;
  let run: T;
  return () => {
    if (memory !== tensorMemory()) {
      memory = tensorMemory();
      const { exports } = new WebAssembly.Instance(compile(), {
        js: { memory },
      });
      run = exports.run as unknown as T;
    }
    return run;
  };
}

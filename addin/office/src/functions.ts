// Every function of the registry, known to Excel.
import { Batcher } from "./batch";
import { type ClientFunction, prepare, type Shower, shown } from "./cells";
import type { WireError } from "./wire";

const CODES: Record<string, CustomFunctions.ErrorCode | undefined> = {
  "#DIV/0!": "#DIV/0!" as CustomFunctions.ErrorCode,
  "#N/A": "#N/A" as CustomFunctions.ErrorCode,
  "#NULL!": "#NULL!" as CustomFunctions.ErrorCode,
  "#NUM!": "#NUM!" as CustomFunctions.ErrorCode,
};
const VALUE = "#VALUE!" as CustomFunctions.ErrorCode;
const NOT_AVAILABLE = "#N/A" as CustomFunctions.ErrorCode;

/** Only two errors carry a sentence; any other that has one to say becomes #VALUE!. */
export function excelError(code: string, message?: string): CustomFunctions.Error {
  const known = CODES[code];
  if (known === NOT_AVAILABLE) return new CustomFunctions.Error(NOT_AVAILABLE, message);
  if (known === undefined || message) return new CustomFunctions.Error(VALUE, message);
  return new CustomFunctions.Error(known);
}

function shower(): Shower {
  const able = Office.context?.requirements?.isSetSupported("CustomFunctionsRuntime", "1.4");
  return {
    error: excelError,
    formatted: able
      ? (value, format) => ({ type: "Double", basicValue: value, numberFormat: format })
      : null,
  };
}

export function associate(functions: ClientFunction[], batcher: Batcher, previewing: () => string) {
  const show = shower();
  for (const fn of functions) {
    CustomFunctions.associate(fn.id, async (...given: unknown[]) => {
      const invocation = given.pop() as { isInValuePreview?: boolean } | undefined;
      const call = prepare(fn, given);
      let result;
      if (invocation?.isInValuePreview) {
        result = batcher.recallCall(fn.id, call.args, call.rules);
        if (result === undefined) throw excelError("#N/A", previewing());
      } else {
        try {
          result = await batcher.call(fn.id, call.args, call.rules);
        } catch (error) {
          throw excelError("#N/A", error instanceof Error ? error.message : String(error));
        }
      }
      if (typeof result === "object" && result !== null && !Array.isArray(result)) {
        const failed: WireError = result;
        throw excelError(failed.error, failed.message);
      }
      return shown(call, result, show);
    });
  }
}

/** What stands under a name that people or models chose: not what every object has, such as "constructor". */
export function own<Value>(record: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

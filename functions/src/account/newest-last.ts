/**
 * Sets a key as the newest of a Map. A Map keeps the order of insertion, so its first key is then the key that was set
 * least recently.
 */
export function setNewest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
}

/** Drops the key that was set least recently, if the Map has more than `most` keys. */
export function dropOldest(map: Map<string, unknown>, most: number): void {
  const oldest = map.size > most ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

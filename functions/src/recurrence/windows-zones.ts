import cldr from "cldr-core/supplemental/windowsZones.json" with { type: "json" };

let ianaNames: ReadonlyMap<string, string> | undefined;

/**
 * The IANA zone that CLDR gives to a Windows name, wherever in the world ("001"). The table is made when it is first
 * asked, which few calendars ever do (docs/decisions/0101-windows-zone-names.md).
 */
export function ianaNameOfWindowsZone(name: string): string | undefined {
  ianaNames ??= new Map(
    cldr.supplemental.windowsZones.mapTimezones
      .filter(({ mapZone }) => mapZone._territory === "001")
      .map(({ mapZone }) => [mapZone._other.toLowerCase(), mapZone._type]),
  );
  return ianaNames.get(name.toLowerCase());
}

/** Settings for `config show`: each with its value and, where it is asked for, where the value came from. */

export interface Setting {
  /** Path with dots, such as `http.port`. */
  readonly name: string;
  readonly value: unknown;
  /** `default` where nobody gave one. */
  readonly origin: string;
}

export interface SettingsLayer {
  /** Such as `environment` or the path of a file. */
  readonly origin: string;
  /** Nested as the settings are. */
  readonly values: unknown;
}

/** @param layers the strongest first */
export function settingsWithOrigin(
  effective: unknown,
  layers: readonly SettingsLayer[],
): readonly Setting[] {
  return flattened(effective, []).map(([path, value]) => ({
    name: path.join('.'),
    value,
    origin: layers.find(({ values }) => has(values, path))?.origin ?? 'default',
  }));
}

/** A line a setting. */
export function settingsText(settings: readonly Setting[], withOrigin: boolean): string {
  if (settings.length === 0) {
    return 'there is nothing to configure\n';
  }
  return settings
    .map(({ name, value, origin }) => {
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return `${name}: ${shown}${withOrigin ? `  (${origin})` : ''}\n`;
    })
    .join('');
}

type Flat = readonly (readonly [readonly string[], unknown])[];

function flattened(value: unknown, path: readonly string[]): Flat {
  if (!isRecord(value)) {
    return value === undefined ? [] : [[path, value]];
  }
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, [...path, key]));
}

function has(values: unknown, path: readonly string[]): boolean {
  const found = path.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    values,
  );
  return found !== undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

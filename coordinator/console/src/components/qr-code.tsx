/** A QR code (ISO/IEC 18004) as a picture of squares, dark on light in both colour schemes, so that every reader takes it. */
import { useMemo } from 'react';
import { encode } from 'uqr';

export interface QrCodeProps {
  readonly text: string;
  /** What it is, for readers. */
  readonly label: string;
  /** Side in pixels. */
  readonly size?: number;
}

/** Modules around the code, which its readers need. */
const BORDER = 4;

export function QrCode({ text, label, size = 168 }: QrCodeProps) {
  const { side, path } = useMemo(() => squaresOf(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

function squaresOf(text: string): { readonly side: number; readonly path: string } {
  const { data, size } = encode(text, { border: BORDER, ecc: 'M' });
  const squares = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return { side: size, path: squares.join('') };
}

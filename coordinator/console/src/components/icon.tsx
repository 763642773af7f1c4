/** Small pictures that go with words, drawn on a grid of 20; a reader is told the word alone. */
import type { ReactNode } from 'react';

const SHAPES = {
  brand: (
    <>
      <circle cx="10" cy="10" r="2.4" fill="currentColor" />
      <path d="M10 7.6V4.2M8 11.4l-3.6 2.6M12 11.4l3.6 2.6" />
      <circle cx="10" cy="3" r="1.4" />
      <circle cx="3.4" cy="14.8" r="1.4" />
      <circle cx="16.6" cy="14.8" r="1.4" />
    </>
  ),
  studies: <path d="M4 4h12v12H4zM7 8h6M7 11h6" />,
  plus: <path d="M10 4v12M4 10h12" />,
  sites: <path d="M4 17V5h8v12M12 9h4v8M7 8h2M7 11h2M2 17h16" />,
  key: <path d="M7 13a3.5 3.5 0 1 1 2.5-2.5L17 3v3h-2v2h-2l-2.5 2.5" />,
  people: (
    <path d="M7 10a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 7 10zM2 16c0-3 2-4.5 5-4.5s5 1.5 5 4.5M13 10a2.3 2.3 0 1 0 0-4.6M14 12c2.500.2 4 1.600 4 4" />
  ),
  person: <path d="M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3.200 2.500-5 6-5s6 1.800 6 5" />,
  audit: <path d="M5 3h7l3 3v11H5zM8 11l1.500 1.500L13 9" />,
  adapters: <path d="M10 3l6 3.500-6 3.500-6-3.500zM4 10l6 3.500 6-3.500M4 13.500L10 17l6-3.500" />,
  health: <path d="M2 10h4l2-5 4 10 2-5h4" />,
  copy: <path d="M7 7h9v9H7zM4 13V4h9" />,
  table: <path d="M3 4h14v12H3zM3 8h14M8 8v8" />,
  warning: <path d="M10 3l8 14H2zM10 8v4M10 14.500v.5" />,
} satisfies Readonly<Record<string, ReactNode>>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[name]}
    </svg>
  );
}

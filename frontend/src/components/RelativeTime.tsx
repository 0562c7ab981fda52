import { formatExact, formatRelative } from "@/lib/format";
import { useNow } from "@/lib/useNow";

/** "2 min ago", with the exact time on hover. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return null;
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

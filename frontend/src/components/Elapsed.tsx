import { formatDuration } from "@/lib/format";
import { useRunningNow } from "@/lib/useNow";

interface Props {
  from: string | null | undefined;
  /** None while it runs: then the figure moves. */
  to?: string | null | undefined;
}

/** How long something took, or has taken so far. */
export function Elapsed({ from, to }: Props) {
  const running = from != null && to == null;
  const now = useRunningNow(running);
  if (from == null) return null;
  const end = to == null ? now : new Date(to).getTime();
  return (
    <span className="tabular" style={{ whiteSpace: "nowrap" }}>
      {formatDuration(end - new Date(from).getTime())}
    </span>
  );
}

import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface Props<Data> {
  query: Query<Data>;
  /** The named step while nothing is there: "Reading the crew". */
  what: string;
  children: (data: Data) => React.ReactNode;
}

/** One query's three faces. Data that is there stays when reading it again fails. */
export function Loaded<Data>({ query, what, children }: Props<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null && query.error !== undefined) {
    return <ErrorCard error={query.error} onRetry={() => query.refetch()} />;
  }
  return <Loading what={what} />;
}

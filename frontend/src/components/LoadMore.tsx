import { Button } from "@mantine/core";
import type { Pages } from "@/api/queries";

/** The next page of a list that is no table. */
export function LoadMore({
  pages,
}: {
  pages: Pick<Pages<unknown>, "hasMore" | "isLoadingMore" | "loadMore">;
}) {
  if (!pages.hasMore) return null;
  return (
    <Button variant="default" mx="auto" loading={pages.isLoadingMore} onClick={pages.loadMore}>
      Show more
    </Button>
  );
}

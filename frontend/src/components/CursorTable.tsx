import { Checkbox, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef } from "react";
import type { Pages } from "@/api/queries";
import classes from "@/components/CursorTable.module.css";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { type Selection, useRangeSelect } from "@/components/useRangeSelect";

export interface Column<Item> {
  key: string;
  header: string;
  render: (item: Item) => React.ReactNode;
  /** CSS width; one column without any takes the rest. */
  width?: number | string;
  /** Not shown on narrow screens. */
  wide?: boolean;
  align?: "end";
}

interface Props<Item> {
  /** What a screen reader calls it: "Runs". */
  label: string;
  pages: Pages<Item>;
  columns: Column<Item>[];
  rowKey: (item: Item) => string;
  /** What stands there when there is nothing: an EmptyState. */
  empty: React.ReactNode;
  rowHeight?: number;
  /** Adds a column of checkboxes; a click with shift takes all between. */
  selection?: Selection;
}

/** A cursor-paged list of any length: only the rows that can be seen are there, and the next page comes by itself. */
export function CursorTable<Item>(props: Props<Item>) {
  const { label, pages, columns, rowKey, empty, rowHeight = 44, selection } = props;
  const room = useRef<HTMLDivElement>(null);
  const { items, hasMore, isLoadingMore, loadMore } = pages;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions stay in this component
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => room.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const seen = rows.getVirtualItems();
  const lastSeen = seen.at(-1)?.index ?? -1;
  const toggle = useRangeSelect(items, rowKey, selection);

  useEffect(() => {
    if (hasMore && !isLoadingMore && lastSeen >= items.length - 15) loadMore();
  }, [hasMore, isLoadingMore, lastSeen, items.length, loadMore]);

  if (pages.isPending) return <Loading what={`Reading ${label.toLowerCase()}`} />;
  if (items.length === 0) {
    return pages.error == null ? empty : <ErrorCard error={pages.error} onRetry={pages.retry} />;
  }
  const above = seen[0]?.start ?? 0;
  const below = rows.getTotalSize() - (seen.at(-1)?.end ?? 0);
  const span = columns.length + (selection === undefined ? 0 : 1);
  return (
    <>
      {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard */}
      <div ref={room} className={classes.room} tabIndex={0} role="region" aria-label={label}>
        <table className={classes.table} aria-rowcount={hasMore ? -1 : items.length + 1}>
          <thead>
            <tr>
              {selection !== undefined && (
                <th scope="col" className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label="Select all that are loaded"
                    checked={selection.keys.size > 0 && selection.keys.size >= items.length}
                    indeterminate={selection.keys.size > 0 && selection.keys.size < items.length}
                    onChange={() =>
                      selection.onChange(
                        selection.keys.size > 0 ? new Set() : new Set(items.map(rowKey)),
                      )
                    }
                  />
                </th>
              )}
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  {...cellOf(column)}
                  style={{ width: column.width }}
                >
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <Spacer height={above} span={span} />}
            {seen.map(({ index }) => {
              const item = items[index];
              if (item === undefined) return null;
              const key = rowKey(item);
              return (
                <Row
                  key={key}
                  item={item}
                  index={index}
                  columns={columns}
                  isChosen={selection?.keys.has(key)}
                  onToggle={toggle}
                  measure={rows.measureElement}
                />
              );
            })}
            {below > 0 && <Spacer height={below} span={span} />}
          </tbody>
        </table>
        {isLoadingMore && (
          <Text c="dimmed" size="xs" p="sm" role="status">
            Reading more
          </Text>
        )}
      </div>
    </>
  );
}

interface RowProps<Item> {
  item: Item;
  index: number;
  columns: Column<Item>[];
  /** Undefined where nothing can be chosen. */
  isChosen: boolean | undefined;
  onToggle: (index: number, event: Event) => void;
  measure: (row: HTMLTableRowElement | null) => void;
}

/** Drawn anew only when something of it changes: a turn of the wheel draws the rows that come, not those that are there. */
const Row = memo(RowView) as typeof RowView;

function RowView<Item>({ item, index, columns, isChosen, onToggle, measure }: RowProps<Item>) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} data-selected={isChosen}>
      {isChosen !== undefined && (
        <td className={classes.check}>
          <Checkbox
            size="xs"
            aria-label={`Select row ${index + 1}`}
            checked={isChosen}
            onChange={(event) => onToggle(index, event.nativeEvent)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.key} {...cellOf(column)}>
          {column.render(item)}
        </td>
      ))}
    </tr>
  );
}

function cellOf<Item>(column: Column<Item>) {
  return { className: column.wide === true ? classes.wide : undefined, "data-align": column.align };
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={span} className={classes.spacer} style={{ height }} />
    </tr>
  );
}

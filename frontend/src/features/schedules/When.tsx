import {
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { cronOf, type Every, WEEKDAYS, wordsOf } from "@/features/schedules/cron";
import type { ScheduleValues } from "@/features/schedules/scheduleForm";
import { ownZone, zones } from "@/features/schedules/words";

const EVERY: { value: Every; label: string }[] = [
  { value: "hour", label: "Every hour" },
  { value: "day", label: "Every day" },
  { value: "weekdays", label: "Every weekday, Monday to Friday" },
  { value: "week", label: "Every week" },
  { value: "month", label: "Every month" },
  { value: "custom", label: "A cron expression" },
];

interface Props {
  form: UseFormReturnType<ScheduleValues>;
  /** A stored schedule stays what it is: again and again, or once. */
  isStored: boolean;
}

/** When it fires: a rhythm on the clocks of a zone, or one time. */
export function When({ form, isStored }: Props) {
  const { repeats } = form.values;
  return (
    <Stack gap="sm">
      {!isStored && (
        <SegmentedControl
          aria-label="How often"
          data={[
            { value: "again", label: "Again and again" },
            { value: "once", label: "Once" },
          ]}
          value={repeats ? "again" : "once"}
          onChange={(value) => form.setFieldValue("repeats", value === "again")}
        />
      )}
      {repeats ? (
        <Repeats form={form} />
      ) : (
        <TextInput
          type="datetime-local"
          label="At"
          description={`On your own clock (${ownZone()})`}
          required
          {...form.getInputProps("at")}
        />
      )}
    </Stack>
  );
}

function Repeats({ form }: Pick<Props, "form">) {
  const { rhythm } = form.values;
  const change = (changes: Partial<typeof rhythm>) =>
    form.setFieldValue("rhythm", { ...rhythm, ...changes });
  const cron = cronOf(rhythm);
  const words = wordsOf(cron);
  return (
    <>
      <Group gap="sm" align="flex-start">
        <Select
          label="How often"
          allowDeselect={false}
          flex="1 1 200px"
          data={EVERY}
          value={rhythm.every}
          onChange={(every) =>
            // A cron expression begins with what was chosen so far.
            change({ every: every as Every, ...(every === "custom" && { expression: cron }) })
          }
        />
        {rhythm.every === "week" && (
          <Select
            label="On"
            allowDeselect={false}
            flex="1 1 120px"
            data={WEEKDAYS}
            value={rhythm.weekday}
            onChange={(weekday) => change({ weekday: weekday ?? "MON" })}
          />
        )}
        {rhythm.every === "month" && (
          <NumberInput
            label="On day"
            flex="1 1 80px"
            min={1}
            max={31}
            value={rhythm.day}
            onChange={(day) => change({ day: typeof day === "number" ? day : 1 })}
          />
        )}
        {rhythm.every !== "custom" && (
          <TextInput
            type="time"
            label={rhythm.every === "hour" ? "At the minute of" : "At"}
            required
            flex="1 1 110px"
            value={rhythm.time}
            onChange={(event) => change({ time: event.currentTarget.value })}
            error={form.errors.cron}
          />
        )}
      </Group>
      {rhythm.every === "custom" && (
        <TextInput
          label="Cron expression"
          description="minute hour day month weekday, such as 0 7 * * MON-FRI"
          required
          value={rhythm.expression}
          onChange={(event) => change({ expression: event.currentTarget.value })}
          error={form.errors.cron}
        />
      )}
      <Select
        label="Time zone"
        searchable
        allowDeselect={false}
        data={zones()}
        limit={100}
        nothingFoundMessage="No such zone"
        {...form.getInputProps("timezone")}
      />
      <Text size="xs" c="dimmed">
        {words === cron ? cron : `${words}, as cron: ${cron}`}. The next times are shown once it is
        saved.
      </Text>
    </>
  );
}

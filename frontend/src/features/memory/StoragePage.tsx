import { Button, SimpleGrid } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Plus, Sparkles } from "lucide-react";
import { useMay } from "@/api/me";
import { ErrorCard } from "@/components/ErrorCard";
import { Loading } from "@/components/Loading";
import { LoadMore } from "@/components/LoadMore";
import { AddBackend } from "@/features/memory/AddBackend";
import { BackendCard, BuiltInCard } from "@/features/memory/BackendCard";
import { useBackends } from "@/features/memory/backends";
import { MemoryFrame } from "@/features/memory/MemoryFrame";
import { Migrations } from "@/features/memory/Migrations";
import { LinkButton } from "@/components/LinkButton";

/** Where memory can be kept, which place is used, and the way from one to another. */
export function StoragePage() {
  const pages = useBackends();
  const isAdmin = useMay("admin");
  const [adding, add] = useDisclosure(false);
  return (
    <MemoryFrame
      actions={
        isAdmin && (
          <>
            <Button
              variant="default"
              leftSection={<Plus size={16} aria-hidden />}
              onClick={add.open}
            >
              Add by hand
            </Button>
            <LinkButton to="/memory/storage/setup" leftSection={<Sparkles size={16} aria-hidden />}>
              Set up Databricks
            </LinkButton>
          </>
        )
      }
    >
      {pages.error != null && <ErrorCard error={pages.error} onRetry={pages.retry} />}
      {pages.isPending ? (
        <Loading what="Reading the places" />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <BuiltInCard active={pages.active} />
          {pages.items.map((backend) => (
            <BackendCard key={backend.id} backend={backend} />
          ))}
        </SimpleGrid>
      )}
      <LoadMore pages={pages} />
      {pages.items.length > 0 && <Migrations backends={pages.items} />}
      <AddBackend opened={adding} onClose={add.close} />
    </MemoryFrame>
  );
}

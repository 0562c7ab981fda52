import { SimpleGrid, Text } from "@mantine/core";
import { $api } from "@/api/client";
import { type Me, useMe } from "@/api/me";
import { Loaded } from "@/components/Loaded";
import { ProviderCard } from "@/features/models/ProviderCard";
import { modelsToTry } from "@/features/models/trial";

/** More models and keys than any group has. */
const ALL = { params: { query: { limit: 200 } } };

export function Providers() {
  const me = useMe();
  return (
    <Loaded query={me} what="Reading the providers">
      {(read) => <Cards me={read} />}
    </Loaded>
  );
}

function Cards({ me }: { me: Me }) {
  const keys = $api.useQuery("get", "/api/v1/api-keys", ALL);
  const models = $api.useQuery("get", "/api/v1/models", ALL);
  const known = me.providers.filter(({ name }) => name !== "replay");
  // What is ready first; the demo model last, for it is always there.
  const rank = ({ name, configured, key_name }: (typeof known)[number]) =>
    name === "demo" ? 3 : configured && key_name !== null ? 0 : key_name !== null ? 1 : 2;
  const sorted = [...known].sort((one, other) => rank(one) - rank(other));
  return (
    <>
      <Text c="dimmed" size="sm">
        Where a crew names no model it uses <b>{me.default_model}</b>. A group&apos;s own keys go
        before those of the server.
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} spacing="md">
        {sorted.map((provider) => (
          <ProviderCard
            key={provider.name}
            provider={provider}
            stored={keys.data?.items.find(({ name }) => name === provider.key_name)}
            models={
              provider.name === "demo"
                ? ["demo/demo"]
                : modelsToTry(models.data?.items ?? [], provider.name, me.default_model)
            }
          />
        ))}
      </SimpleGrid>
    </>
  );
}

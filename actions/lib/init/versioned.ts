/** Which services are the application itself, so that the version of a deploy is their image tag. Pure. */
import type { Service } from './compose';
import { isForeign } from './images';

interface Versioned {
  readonly services: readonly string[];
  /** Other services with images from elsewhere: their tags stay as the Compose files have them. */
  readonly others: readonly string[];
}

/** Owners of images that many stacks run beside their application. */
const VENDORS =
  /(^|\/)(adminer|amacneil|apache|arigaio|authelia|axllent|bitnami|bitnamilegacy|browserless|cadvisor|centrifugo|cloudflare|confluentinc|containrrr|crazymax|dbgate|dpage|dragonflydb|edoburu|elastic|flyway|getmeili|goauthentik|gomicro|gotenberg|grafana|hashicorp|hasura|jaegertracing|jc21|jwilder|keycloak|kong|kukymbr|linuxserver|liquibase|louislam|mailhog|mcuadros|metabase|mher|migrate|minio|n8nio|nginx|nginxproxy|oauth2-proxy|offen|oliver006|ollama|open-telemetry|otel|portainer|postgrest|prodrigestivill|prom|prometheuscommunity|quickwit|redis|soketi|sonatype|sosedoff|tecnativa|temporalio|traefik|unleashorg|valkey|vaultwarden|victoriametrics|willfarrell|zitadel)$/;
/** Tags that people move, versions, and the absence of a tag. */
const OWN_TAG = /^$|^(latest|main|master|stable|edge|live|prod|production|release|staging)$|^v?\d+\.\d+|^sha-/;

/**
 * What is built here, has a variable as its tag, or has the owner of such an image. If nothing tells that, tags do; images
 * of vendors never count.
 */
export function versionedOf(services: readonly Service[]): Versioned {
  const parts = services.map((one) => ({ ...one, ...partsOf(one.image ?? '') }));
  const outside = ({ image, owner }: (typeof parts)[number]): boolean =>
    image !== null && (isForeign(image) || VENDORS.test(owner));
  const sure = parts.filter((one) => !outside(one) && (one.builds || one.tag.includes(VARIABLE)));
  const owners = new Set(sure.flatMap(({ image, owner }) => (image === null ? [] : [owner])));
  const own = parts.filter(
    (one) =>
      sure.includes(one) ||
      (one.image !== null &&
        !outside(one) &&
        (owners.size > 0 ? owners.has(one.owner) : sure.length === 0 && OWN_TAG.test(one.tag))),
  );
  return {
    services: own.map(({ name }) => name),
    others: parts
      .filter((one) => !own.includes(one) && one.image?.includes('/') && !isForeign(one.image))
      .map(({ name }) => name),
  };
}

const VARIABLE = '\0';

/** Registry and owner, and the tag; a digest is left out. */
function partsOf(image: string): { readonly owner: string; readonly tag: string } {
  const [text = ''] = image.replace(/\$\{[^}]*\}|\$\w+/g, VARIABLE).split('@');
  const slash = text.lastIndexOf('/');
  const last = text.slice(slash + 1);
  const colon = last.indexOf(':');
  return { owner: text.slice(0, Math.max(slash, 0)), tag: colon < 0 ? '' : last.slice(colon + 1) };
}

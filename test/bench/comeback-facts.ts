/** What a server and its databases are, as lines that can be compared: from the catalogue, and from `pg_dumpall`. */

/** One fact: what kind of thing, its name, and what is said of it. */
export interface Fact {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

/** Rows of kind, name and value, of the server; each one JSON array. */
export const SERVER_FACTS = `
select json_build_array('setting for all roles', split_part(c, '=', 1), c) from pg_db_role_setting s, unnest(s.setconfig) c where s.setdatabase = 0 and s.setrole = 0
union all select json_build_array('setting of the server', name, setting) from pg_file_settings where sourcefile like '%postgresql.auto.conf'
union all select json_build_array('right on a parameter', parname, paracl::text) from pg_parameter_acl
union all select json_build_array('database', datname, concat_ws(' ', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider,
    to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'daticurules', spcname, datconnlimit, datistemplate, datallowconn,
    shobj_description(d.oid, 'pg_database'), (select string_agg(a::text, ' ' order by a::text) from unnest(datacl) a)))
  from pg_database d join pg_tablespace t on t.oid = d.dattablespace where datname !~ '_before_[0-9T]+Z$'
union all select json_build_array('setting in ' || datname, coalesce(rolname, '') || ' ' || split_part(c, '=', 1), c)
  from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase left join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) c where datname !~ '_before_[0-9T]+Z$'
union all select json_build_array('replication slot', slot_name, concat(plugin, database)) from pg_replication_slots
union all select json_build_array('subscription', subname, datname) from pg_subscription s join pg_database d on d.oid = s.subdbid;
`;

/**
 * The same of a database, in it. Left out: the owner of a range's multirange, which pg_dump before 17 leaves to whoever
 * loads and which gives no right of its own; a mark of the server's in `attoptions`; the order of options.
 */
export const DATABASE_FACTS = `
with own as (select n.oid, n.nspname from pg_namespace n where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'),
rel as (select c.*, o.nspname, c.oid::regclass::text as title from pg_class c join own o on o.oid = c.relnamespace where c.relkind not in ('c', 't')
  and not exists (select from pg_index i where i.indexrelid = c.oid and not i.indisvalid))
select json_build_array('schema', nspname, concat_ws(' ', pg_get_userbyid(nspowner), (select string_agg(a::text, ' ' order by a::text) from unnest(nspacl) a)))
  from pg_namespace n where nspname !~ '^pg_(toast|temp)'
union all select json_build_array('relation', title, concat_ws(' ', relkind, pg_get_userbyid(relowner), relpersistence, relreplident, relrowsecurity, relforcerowsecurity, relispartition, relispopulated,
    reloptions::text, (select string_agg(a::text, ' ' order by a::text) from unnest(relacl) a), (select spcname from pg_tablespace t where t.oid = reltablespace), (select amname from pg_am where pg_am.oid = relam),
    pg_get_expr(relpartbound, rel.oid), case when relkind = 'p' then pg_get_partkeydef(rel.oid) when relkind in ('v', 'm') then pg_get_viewdef(rel.oid) when relkind in ('i', 'I') then pg_get_indexdef(rel.oid) end,
    case when relkind in ('i', 'I') then (select concat(indisclustered, indisreplident) from pg_index where indexrelid = rel.oid) end)) from rel
union all select json_build_array('column', title || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attislocal, attinhcount, attstorage, attcompression,
    nullif(coalesce(attstattarget, -1), -1), (select collname from pg_collation l where l.oid = attcollation), regexp_replace(attoptions::text, '\\{pg_attver=\\d+\\}', ''), attfdwoptions::text,
    (select string_agg(x::text, ' ' order by x::text) from unnest(attacl) x), pg_get_expr(adbin, adrelid)))
  from rel join pg_attribute a on a.attrelid = rel.oid and attnum > 0 and not attisdropped left join pg_attrdef on adrelid = rel.oid and adnum = attnum where relkind not in ('i', 'I')
union all select json_build_array('inheritance', inhrelid::regclass::text, inhparent::regclass::text) from pg_inherits
union all select json_build_array('constraint', coalesce(nullif(conrelid, 0)::regclass::text, nullif(contypid, 0)::regtype::text) || ' ' || conname, concat(pg_get_constraintdef(c.oid), convalidated, connoinherit)) from pg_constraint c join own o on o.oid = connamespace
union all select json_build_array('trigger', tgrelid::regclass || ' ' || tgname, concat(pg_get_triggerdef(t.oid), tgenabled)) from pg_trigger t where not tgisinternal
union all select json_build_array('rule', ev_class::regclass || ' ' || rulename, concat(pg_get_ruledef(r.oid), ev_enabled)) from pg_rewrite r join rel on rel.oid = ev_class
union all select json_build_array('policy', polrelid::regclass || ' ' || polname, concat(polcmd, polpermissive, (select string_agg(x::regrole::text, ' ' order by x::regrole::text) from unnest(polroles) x), pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))) from pg_policy
union all select json_build_array('function', p.oid::regprocedure::text, concat_ws(' ', pg_get_userbyid(proowner), (select string_agg(x::text, ' ' order by x::text) from unnest(proacl) x), proconfig::text, case when prokind <> 'a' then pg_get_functiondef(p.oid) end))
  from pg_proc p left join own o on o.oid = pronamespace where o.oid is not null or proname = 'pg_sleep'
union all select json_build_array('type', t.oid::regtype::text, concat_ws(' ', typtype, case when typtype <> 'm' then pg_get_userbyid(typowner) end, typnotnull, typdefault, typacl::text, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid), (select rngsubtype::regtype::text from pg_range where rngtypid = t.oid)))
  from pg_type t join own o on o.oid = typnamespace where typtype not in ('p') and typcategory <> 'A'
union all select json_build_array('sequence', quote_ident(schemaname) || '.' || quote_ident(sequencename), concat_ws(' ', start_value, min_value, max_value, increment_by, cycle, cache_size, last_value, data_type)) from pg_sequences
union all select json_build_array('extension', extname, concat_ws(' ', extversion, pg_get_userbyid(extowner), extnamespace::regnamespace)) from pg_extension
union all select json_build_array('event trigger', evtname, concat_ws(' ', evtevent, evtenabled, evtfoid::regproc, evttags::text, pg_get_userbyid(evtowner))) from pg_event_trigger
union all select json_build_array('publication', pubname, concat_ws(' ', pg_get_userbyid(pubowner), puballtables, pubinsert, pubupdate, pubviaroot, (select string_agg(prrelid::regclass || coalesce(prattrs::text, ''), ' ' order by prrelid::regclass::text) from pg_publication_rel where prpubid = p.oid))) from pg_publication p
union all select json_build_array('large object', m.oid::text, concat_ws(' ', pg_get_userbyid(lomowner), lomacl::text, md5(lo_get(m.oid)), obj_description(m.oid, 'pg_largeobject'))) from pg_largeobject_metadata m
union all select json_build_array('foreign server', srvname, concat_ws(' ', pg_get_userbyid(srvowner), (select string_agg(x, ' ' order by x) from unnest(srvoptions) x), srvacl::text)) from pg_foreign_server
union all select json_build_array('user mapping', usename || ' ' || srvname, (select string_agg(x, ' ' order by x) from unnest(umoptions) x)) from pg_user_mappings
union all select json_build_array('default rights', concat_ws(' ', pg_get_userbyid(defaclrole), (select nspname from pg_namespace n where n.oid = defaclnamespace), defaclobjtype), (select string_agg(x::text, ' ' order by x::text) from unnest(defaclacl) x)) from pg_default_acl
union all select json_build_array('comment', (pg_identify_object(classoid, objoid, objsubid)).identity, description) from pg_description d where classoid not in ('pg_largeobject'::regclass) and objoid > 16383
union all select json_build_array('statistics', stxname, pg_get_statisticsobjdef(s.oid)) from pg_statistic_ext s
union all select json_build_array('operator', o.oid::regoperator::text, concat(oprcode, oprcom::regoperator)) from pg_operator o join own n on n.oid = oprnamespace
union all select json_build_array('cast', format_type(castsource, null) || ' ' || format_type(casttarget, null), concat(castcontext, castmethod)) from pg_cast where oid > 16383
union all select json_build_array('collation', collname, concat_ws(' ', collprovider, collisdeterministic, collencoding)) from pg_collation l join own n on n.oid = collnamespace
union all select json_build_array('text search configuration', cfgname, (select string_agg(concat(maptokentype, mapdict::regdictionary), ' ' order by maptokentype, mapseqno) from pg_ts_config_map where mapcfg = c.oid)) from pg_ts_config c join own n on n.oid = cfgnamespace
union all select json_build_array('language', lanname, concat_ws(' ', pg_get_userbyid(lanowner), lanacl::text)) from pg_language;
-- Rows, whatever their order; of extensions' own tables what is the user's.
select format($f$select json_build_array('rows', %L, count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text collate "C")), '')) from only %I.%I t %s$f$, c.oid::regclass, n.nspname, c.relname, x.condition)
from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
left join (select unnest(extconfig) as oid, unnest(extcondition) as condition from pg_extension) x on x.oid = c.oid
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and (d.objid is null or x.oid is not null)
\\gexec
`;

export function parseFacts(lines: readonly string[]): Fact[] {
  return lines
    .filter((line) => line.startsWith('['))
    .map((line) => {
      const [kind = '', name = '', value = ''] = JSON.parse(line) as [string, string, string | null];
      return { kind, name, value: value ?? '' };
    });
}

/**
 * What `pg_dumpall` wrote, by the database that it is of (`''`: the server), without what differs between two runs of it.
 * Statements of the server are sorted: their order is that of the roles' making.
 */
export function parseDump(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let database = '';
  for (const line of text.split('\n')) {
    const connected = /^\\connect (?:-reuse-previous=on )?(.*)$/.exec(line)?.[1];
    if (connected !== undefined) {
      const quoted = /^"dbname='((?:[^'\\]|\\.)*)'"$/
        .exec(connected)?.[1]
        ?.replace(/\\(.)/g, '$1')
        .replaceAll('""', '"');
      database = quoted ?? connected.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
      continue;
    }
    const created = /^CREATE DATABASE ("(?:[^"]|"")+"|\S+) /.exec(line)?.[1];
    if (created !== undefined) database = created.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
    if (/^(--|\\(un)?restrict |SET |SELECT pg_catalog.set_config|$)/.test(line)) continue;
    const list = found.get(database) ?? [];
    // Whoever makes a server salts the password of its first user anew; a restore leaves that user alone.
    const said = line.replace(/^(ALTER ROLE acme .*) PASSWORD '.*';$/, '$1;');
    list.push(said);
    found.set(database, list);
  }
  return found;
}

/** What only one of both has, each with its kind and name where the statement tells. */
export function differences(before: readonly string[], after: readonly string[]): string[] {
  const [there, here] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !here.has(line)).map((line) => `lost: ${line}`),
    ...after.filter((line) => !there.has(line)).map((line) => `new: ${line}`),
  ];
}

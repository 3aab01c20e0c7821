// The words of the dialect, for colours and completion. The server's parser decides what is valid.
import { SQLDialect, sql } from "@codemirror/lang-sql";
import type { LanguageSupport } from "@codemirror/language";
import type { Schema } from "./languages";

const KEYWORDS = `
  add after all alter analyze and anti any as asc between by case check cluster column columns comment commit constraint
  create cross cube current database databases dbproperties default delete delta desc describe detail distinct drop else
  end escape evolution except exists explain extended external false first following for formatted from full generated
  group grouping having history if ignore in inner insert intersect interval into is join last lateral left like limit
  location matched merge minus natural not null nulls of offset on optimize or order outer over overwrite partition
  partitioned preceding primary purge qualify range recursive rename replace restore right rollup row rows schema schemas
  select semi set sets show source sort star struct table tables tablesample target tblproperties temp temporary then
  timestamp to true truncate type unbounded union unique unset update use using vacuum values version view views when
  where widget window with within zorder`;

const TYPES = `
  array bigint binary boolean byte char date dec decimal double float int integer long map numeric real short smallint
  string struct timestamp timestamp_ntz tinyint varchar void`;

const FUNCTIONS = `
  abs array_agg avg cast ceil coalesce collect_list collect_set concat concat_ws count count_if current_date
  current_timestamp current_user date_add date_diff date_format date_sub date_trunc datediff day dense_rank explode
  first_value floor greatest hour ifnull initcap last_day last_value lag lead least length lower lpad ltrim max max_by
  min min_by minute month nullif nvl percentile rand rank regexp_extract regexp_replace round row_number rpad rtrim
  second sequence size split sqrt stddev substring sum to_date to_timestamp transform trim try_cast upper uuid weekday
  year`;

const dialect = SQLDialect.define({
  keywords: KEYWORDS,
  types: TYPES,
  builtin: FUNCTIONS,
  backslashEscapes: true,
  doubleQuotedStrings: true,
  identifierQuotes: "`",
  hashComments: false,
  spaceAfterDashes: false,
  specialVar: ":",
});

export function databricks(schema: Schema): LanguageSupport {
  return sql({ dialect, schema, upperCaseKeywords: true });
}

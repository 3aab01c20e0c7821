//! Queries with many rows out of nothing.

/// A query with the column `id`: the numbers of so many decimal digits, each once.
pub fn numbers_below_ten_to_the(digits: u32) -> String {
    let places = |place: u32| format!("d{place}.x * {}", 10_u64.pow(place));
    let sum: Vec<String> = (0..digits).map(places).collect();
    let from: Vec<String> = (0..digits).map(|place| format!("d AS d{place}")).collect();
    format!(
        "WITH d AS (SELECT CAST(x AS BIGINT) AS x FROM VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9) AS v(x)) \
         SELECT {} AS id FROM {}",
        sum.join(" + "),
        from.join(" CROSS JOIN ")
    )
}

//! The statements of lists and searches, put together from their parts: with another key for each order, and in the
//! words of each engine.

/// The columns of a row, with `key` of an order.
macro_rules! select {
    ($key:literal, $rest:expr) => {
        concat!(
            "SELECT listings.number, listings.",
            $key,
            " AS key, name, version, title, description, workspaces.slug AS owner, category, tags, runtime, verdict,
                    tool_count, secret_count, is_open, downloads, trend, rating_sum, rating_count,
                    listings.created_at, published_at
             FROM listings JOIN workspaces ON workspaces.id = listings.workspace_id ",
            $rest,
            " ORDER BY listings.",
            $key,
            " DESC, listings.number DESC LIMIT $3"
        )
    };
}

/// The rows of a page that is chosen by what stands in an index, which SQLite may have to be told, and of those what a
/// reader sees: terms are made by whichever version of the server wrote them, and what they do not call hidden may be.
macro_rules! chosen {
    ($key:literal, $index:literal, $rest:expr, $seen:expr) => {
        select!(
            $key,
            concat!(
                "WHERE listings.number IN (SELECT number FROM listings ",
                $index,
                " WHERE ",
                $rest,
                " AND",
                after!($key),
                "ORDER BY ",
                $key,
                " DESC, number DESC LIMIT $3) AND",
                $seen
            )
        )
    };
}

/// The newest that fit a question.
macro_rules! newest_sqlite {
    () => {
        "number IN (SELECT rowid FROM listing_terms WHERE listing_terms MATCH $4 ORDER BY rowid DESC LIMIT $5)"
    };
}

/// The newest that fit a question, from a number on where one is given. By the index of terms: a planner that thinks there
/// are many would look at every server for the few that there are.
macro_rules! newest_postgres {
    ($($from:literal)?) => {
        concat!(
            "number IN (WITH fitting AS MATERIALIZED (SELECT number FROM listings
                                                      WHERE terms_vector @@ CAST($4 AS tsquery)",
            $(" AND number >= ", $from,)?
            ") SELECT number FROM fitting ORDER BY number DESC LIMIT $5)"
        )
    };
}

/// After the place, in an order.
macro_rules! after {
    ($key:literal) => {
        concat!(" (listings.", $key, ", listings.number) < ($1, $2) ")
    };
}

/// Filters that the indexes of orders tell, tried row by row.
macro_rules! narrow_filters {
    () => {
        " secret_count <= $4 AND ($5 = '' OR workspace_id = $5)
          AND narrow LIKE $6 AND narrow LIKE $7 AND narrow LIKE $8 AND narrow LIKE $9 "
    };
}

/// All filters, tried row by row; the column that no index has is read only where something is asked of it.
macro_rules! filters {
    () => {
        concat!(
            narrow_filters!(),
            "AND ($10 = '' OR (facets LIKE $10 AND facets LIKE $11 AND facets LIKE $12)) "
        )
    };
}

/// Of the caller's workspaces, and private to nobody else; the arguments are the places of who the caller is, of the
/// caller's workspace, and of who calls.
macro_rules! own {
    ($user:literal, $own:literal, $me:literal) => {
        concat!(
            " workspace_id IN (SELECT members.workspace_id FROM members WHERE members.user_id = ",
            $user,
            " UNION SELECT CAST(",
            $own,
            " AS TEXT))
              AND (private_to IS NULL OR private_to = ",
            $me,
            " OR ",
            $me,
            " = '*' OR EXISTS (SELECT 1 FROM members
                               WHERE members.workspace_id = listings.workspace_id AND members.user_id = ",
            $me,
            " AND members.role IN ('admin', 'owner'))) "
        )
    };
}

/// What the caller may see; the arguments are the place of `true`, and those of what is the caller's own.
macro_rules! own_or_open {
    ($true:literal, $user:literal, $own:literal, $me:literal) => {
        concat!(" (is_open = ", $true, " OR (is_listed = ", $true, " AND", own!($user, $own, $me), ")) ")
    };
}

macro_rules! by_order {
    ($order:expr, $make:ident) => {
        match $order {
            Order::Popular => $make!("downloads"),
            Order::Trending => $make!("trend"),
            Order::New => $make!("number"),
            Order::Updated => $make!("published_at"),
        }
    };
}

/// Of what everybody sees, by filters that an index tells alone.
macro_rules! open_ones {
    ($key:literal) => {
        open_by!($key, narrow_filters!())
    };
}

macro_rules! open_ones_by_all {
    ($key:literal) => {
        open_by!($key, filters!())
    };
}

macro_rules! open_by {
    ($key:literal, $filters:expr) => {
        chosen!($key, "", concat!("is_open = $13 AND", $filters), " is_open = $13 ")
    };
}

macro_rules! own_ones {
    ($key:literal) => {
        select!(
            $key,
            concat!(
                "WHERE is_open = $15 AND is_listed = $16 AND",
                own!("$13", "$14", "$17"),
                "AND",
                after!($key),
                "AND",
                filters!()
            )
        )
    };
}

/// Of the next of an order that everybody sees, by filters that an index tells alone. No more than those are read, and no
/// more of them than fill the page.
macro_rules! near_ones {
    ($key:literal) => {
        select!(
            $key,
            concat!(
                "WHERE listings.number IN (SELECT number FROM (
                     SELECT number, ",
                $key,
                " AS place, narrow, secret_count, workspace_id FROM listings WHERE is_open = $10 AND",
                after!($key),
                "ORDER BY ",
                $key,
                " DESC, number DESC LIMIT $11) AS near WHERE",
                narrow_filters!(),
                "ORDER BY place DESC, number DESC LIMIT $3) AND is_open = $10"
            )
        )
    };
}

macro_rules! among_sqlite {
    ($key:literal) => {
        chosen!($key, "INDEXED BY listings_ranked", newest_sqlite!(), own_or_open!("$7", "$8", "$9", "$10"))
    };
}

macro_rules! among_postgres {
    ($key:literal) => {
        chosen!($key, "", newest_postgres!(), own_or_open!("$7", "$8", "$9", "$10"))
    };
}

macro_rules! unnamed {
    ($index:literal, $found:expr) => {
        chosen!(
            "downloads",
            $index,
            concat!(
                $found,
                " AND NOT (folded_name = $6 OR short_name = $6
                            OR ($7 <> '' AND short_name > $6 AND short_name < $7))"
            ),
            own_or_open!("$9", "$10", "$11", "$12")
        )
    };
}

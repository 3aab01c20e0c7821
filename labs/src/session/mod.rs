//! A student's session: tables, views and widgets of one workspace, and the statements that change them.

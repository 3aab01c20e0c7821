//! Prints what statements gave: for people as tables, for programs as one JSON object a line.

mod jsonl;
mod table;

use std::io::{self, Write};

use sandbar_labs::outcome::StatementOutcome;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned tables, for reading
    #[default]
    Table,
    /// One JSON object a statement
    Jsonl,
}

/// The text that an outcome's places refer to.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file, when there is one.
    pub name: Option<&'a str>,
    pub text: &'a str,
    /// Line of the file that the text begins at, from 1.
    pub first_line: u32,
    /// Index and title, for a cell of a notebook.
    pub cell: Option<(usize, Option<&'a str>)>,
}

/// Numbers the statements of a run and prints them in its format.
#[derive(Debug)]
pub struct Printer {
    format: Format,
    statements: usize,
    cell: Option<usize>,
}

impl Printer {
    pub fn new(format: Format) -> Self {
        Self { format, statements: 0, cell: None }
    }

    /// Results go to standard output; in the table format errors and notes go to standard error.
    pub fn print(&mut self, source: &Source<'_>, outcome: &StatementOutcome) -> io::Result<()> {
        let index = self.statements;
        self.statements += 1;
        let mut out = io::stdout().lock();
        match self.format {
            Format::Jsonl => writeln!(out, "{}", jsonl::object(index, source, outcome))?,
            Format::Table => {
                if let Some((cell, title)) = source.cell
                    && self.cell.replace(cell) != Some(cell)
                {
                    writeln!(out, "{}", table::heading(cell, title))?;
                }
                write!(out, "{}", table::result(outcome))?;
                out.flush()?;
                eprint!("{}", table::remarks(source, outcome));
            }
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests;

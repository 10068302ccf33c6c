//! How files are written: a format and options, by the names that they have on the command line, in settings and in the window.

use pagelift_convert::{BadOption, ConvertOptions, Format, OptionInfo};
use pagelift_export::FileOptions;
use pagelift_model::{ErrorCode, Selection};

use crate::ipc::Output;
use crate::{AppError, RunOptions};

/// The format of this name.
pub fn format_named(name: &str) -> Result<Format, AppError> {
    Format::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        refused(format!("there is no format `{name}`; use one of: {}", names.join(", ")))
    })
}

/// An option that can be set by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOption {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub values: Vec<&'static str>,
    /// What is done when nobody chose; `None` where each format has its own way.
    pub usual: Option<&'static str>,
}

/// The word for what each format does in its own way.
const FORMAT: &str = "format";

/// Every option of every format, except those about single details of a page, see [`FileOptions::fields`].
pub fn named_options() -> Vec<NamedOption> {
    let converting = ConvertOptions::all().into_iter().map(|OptionInfo { name, values }| {
        let same = |value: &&&str| {
            let mut set = ConvertOptions::default();
            set.set(name, value).is_ok() && set == ConvertOptions::default()
        };
        NamedOption { name, usual: values.iter().find(same).copied(), values }
    });
    let filing = FileOptions::all().into_iter().map(|OptionInfo { name, mut values }| {
        let usual = values.first().copied().filter(|first| *first != FORMAT);
        values.retain(|value| *value != FORMAT);
        NamedOption { name, values, usual }
    });
    converting.chain(filing).collect()
}

/// What an [`Output`] means to the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// The format, and how pages are converted to it.
    pub convert: ConvertOptions,
    /// How files are named, and what stands in them besides the page's content.
    pub files: FileOptions,
}

impl Way {
    fn set(&mut self, name: &str, value: &str) -> Result<(), AppError> {
        let bad = match self.convert.set(name, value) {
            Err(BadOption::Unknown { .. }) => self.files.set(name, value),
            other => other,
        };
        bad.map_err(|bad| match bad {
            BadOption::Unknown { .. } => {
                let names: Vec<&str> = named_options().iter().map(|option| option.name).collect();
                refused(format!("there is no option `{name}={value}`; use one of: {}", names.join(", ")))
            }
            BadOption::Value { name, values } => {
                refused(format!("option `{name}` does not take `{value}`; use one of: {}", values.join(", ")))
            }
        })
    }
}

impl Output {
    /// Sets one option, or says in one sentence what is wrong with it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), AppError> {
        Way::default().set(name, value)?;
        self.options.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// The same for the engine.
    pub fn way(&self) -> Result<Way, AppError> {
        let mut way = Way::default();
        way.convert.format = format_named(&self.format)?;
        self.options.iter().try_for_each(|(name, value)| way.set(name, value))?;
        Ok(way)
    }

    /// A run that writes `selection` so.
    pub fn run_options(&self, selection: Selection) -> Result<RunOptions, AppError> {
        let Way { convert, files } = self.way()?;
        Ok(RunOptions {
            convert,
            files,
            attachments: self.attachments,
            output: self.clone(),
            ..RunOptions::new(selection)
        })
    }

    /// What of it this Pagelift knows: settings may come from a newer one.
    pub(crate) fn known(mut self) -> Self {
        if Format::from_name(&self.format).is_none() {
            Format::default().name().clone_into(&mut self.format);
        }
        self.options.retain(|name, value| Way::default().set(name, value).is_ok());
        self
    }
}

fn refused(message: String) -> AppError {
    AppError::refused(ErrorCode::UsageInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_takes_every_value_that_it_names() {
        for option in named_options() {
            for value in &option.values {
                Output::default().set(option.name, value).unwrap();
            }
            let twice = named_options().iter().filter(|other| other.name == option.name).count();
            assert_eq!(twice, 1, "{}", option.name);
            assert!(option.usual.is_none_or(|usual| option.values.contains(&usual)), "{}", option.name);
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence_that_names_what_is_right() {
        let said = |output: Output| output.way().unwrap_err().to_string();
        let with = |name: &str, value: &str| Output {
            options: [(name.to_owned(), value.to_owned())].into(),
            ..Output::default()
        };
        assert!(said(Output { format: "word".to_owned(), ..Output::default() }).contains("obsidian"));
        assert!(said(with("tables", "html")).contains("merged_cells"));
        assert!(said(with("layout", "round")).contains("folder-note"));
        assert!(said(with("field.nothing", "off")).contains("field.nothing"));
        assert!(said(with("merged_cells", "join")).contains("repeat, html, blank"));
    }

    #[test]
    fn what_a_newer_pagelift_chose_does_not_stop_this_one() {
        let mut output = Output { format: "scroll".to_owned(), ..Output::default() };
        output.options.insert("margins".to_owned(), "wide".to_owned());
        output.options.insert("underline".to_owned(), "drop".to_owned());
        let known = output.known();
        assert!(known.way().is_ok());
        assert_eq!(known.options.len(), 1);
    }
}

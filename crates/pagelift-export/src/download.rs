//! The last part of a run: attachments come as streams and are whole or not there.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use pagelift_model::{ContentHash, ErrorCode, ExportEvent, PendingFile, Phase, SinkError, SourceError, Totals};
use sha2::{Digest as _, Sha256};

use crate::disk::finish;
use crate::run::{Export, ExportError};
use crate::store::{Record, RecordKind, StoreError, Wanted};

/// Downloads that go on at the same time.
const AT_ONCE: usize = 6;

/// Attachments taken from the store at a time.
const CHUNK: u32 = 200;

/// How one attachment ended.
enum Fetched {
    /// So many bytes were written.
    Written(u64),
    /// The file was there already.
    Unchanged,
    /// The run was stopped.
    Stopped,
}

/// Why one attachment could not be had.
enum Lost {
    Source(SourceError),
    Sink(SinkError),
    /// A file that is not ours, or was edited, is in the way.
    InTheWay,
    /// The store failed, and with it the run.
    Store(StoreError),
}

impl Lost {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Source(error) => error.code(),
            Self::Sink(error) => error.code(),
            Self::InTheWay => ErrorCode::FolderUnwritable,
            Self::Store(error) => error.code(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Source(error) => error.to_string(),
            Self::Sink(error) => error.to_string(),
            Self::InTheWay => "a file that was not written by Pagelift, or was changed since, has this name".to_owned(),
            Self::Store(error) => error.to_string(),
        }
    }

    /// The error that ends the run, where this is one.
    fn ending(self) -> Option<ExportError> {
        match self {
            Self::Source(error) if error.ends_run() => Some(error.into()),
            Self::Sink(error) if error.ends_run() => Some(error.into()),
            Self::Store(error) => Some(error.into()),
            Self::Source(_) | Self::Sink(_) | Self::InTheWay => None,
        }
    }
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for Lost {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<SinkError> for Lost {
    fn from(error: SinkError) -> Self {
        Self::Sink(error)
    }
}

impl Export<'_> {
    /// Fetches every wanted attachment that is not in the destination in its current version.
    pub(crate) async fn download(&self, totals: &mut Totals) -> Result<(), ExportError> {
        let total = Some(self.store.wanted_count()?);
        let mut after = String::new();
        let mut done = 0;
        loop {
            let chunk = self.store.wanted_after(&after, CHUNK)?;
            let Some(end) = chunk.last() else { return Ok(()) };
            end.path.as_str().clone_into(&mut after);
            self.sweep(&chunk)?;
            let mut waiting = chunk.iter();
            let mut under_way = FuturesUnordered::new();
            loop {
                while under_way.len() < AT_ONCE
                    && let Some(wanted) = waiting.next()
                {
                    under_way.push(async move { (wanted, self.fetch(wanted).await) });
                }
                let Some((wanted, fetched)) = under_way.next().await else { break };
                match fetched {
                    Ok(Fetched::Written(bytes)) => {
                        totals.attachments += 1;
                        totals.bytes += bytes;
                    }
                    Ok(Fetched::Unchanged) => {}
                    Ok(Fetched::Stopped) => return Ok(()),
                    Err(lost) => {
                        totals.attachments_failed += 1;
                        self.tell_lost(wanted, &lost)?;
                        if let Some(error) = lost.ending() {
                            return Err(error);
                        }
                    }
                }
                done += 1;
                self.tell(ExportEvent::Progress { phase: Phase::Downloading, done, total });
            }
        }
    }

    /// Removes what a run that died has left of unfinished files beside these. None of this run's is under way.
    fn sweep(&self, chunk: &[Wanted]) -> Result<(), ExportError> {
        let folders: BTreeSet<&str> = chunk.iter().map(|wanted| wanted.path.folder()).collect();
        for folder in folders {
            match self.sink.sweep(folder) {
                // A file stands where the folder would be; every attachment in it fails with its own words.
                Ok(()) | Err(SinkError::Escapes { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Gives up an attachment whose file cannot be brought to its place.
    pub(crate) fn lose(&self, attachment: &str, error: &SinkError) -> Result<(), ExportError> {
        match self.store.unwant(attachment)? {
            Some(wanted) => self.tell_lost(&wanted, &Lost::Sink(error.clone())),
            None => Ok(()),
        }
    }

    fn tell_lost(&self, wanted: &Wanted, lost: &Lost) -> Result<(), ExportError> {
        let page = self.store.node(&wanted.page)?.map(|node| node.title).unwrap_or_default();
        let event = ExportEvent::AttachmentFailed {
            name: wanted.attachment.title.clone(),
            page,
            code: lost.code(),
            message: lost.message(),
        };
        let json = serde_json::to_string(&event).map_err(StoreError::from)?;
        self.store.put_failure(&json)?;
        self.tell(event);
        Ok(())
    }

    async fn fetch(&self, wanted: &Wanted) -> Result<Fetched, Lost> {
        let id = wanted.attachment.id.as_str();
        let record = self.store.record(RecordKind::Attachment, id)?;
        let version = record.as_ref().filter(|known| known.path == wanted.path).and_then(|known| known.version);
        if version == Some(wanted.attachment.version) && self.sink.exists(&wanted.path)? {
            // In this version already; edited or not, it stays.
            return Ok(Fetched::Unchanged);
        }
        let there = self.sink.hash(&wanted.path)?;
        let received = match self.receive(wanted).await {
            // A file that changed on its way cannot be taken up again, and comes from its beginning, once.
            Err(Lost::Source(SourceError::DownloadIncomplete { .. })) => self.receive(wanted).await?,
            received => received?,
        };
        let Some((mut file, hash)) = received else { return Ok(Fetched::Stopped) };
        let is_same = there.as_ref() == Some(&hash);
        // What we wrote for this attachment is ours wherever it lies.
        let recorded = record.and_then(|record| record.hash);
        let is_ours = match &there {
            Some(there) => recorded.as_ref() == Some(there) || self.store.intended(&wanted.path, there)?,
            None => true,
        };
        if !is_same && !is_ours {
            if recorded.is_none() {
                // From the next run on ours has another name.
                self.store.note_in_the_way(&wanted.path)?;
            }
            return Err(Lost::InTheWay);
        }
        if !is_same {
            self.store.intend(&wanted.path, &hash)?;
            file.commit()?;
        }
        self.store.put_record(&Record {
            kind: RecordKind::Attachment,
            id: id.to_owned(),
            page: Some(wanted.attachment.page.clone()),
            path: wanted.path.clone(),
            stem: None,
            title: None,
            space: None,
            version: Some(wanted.attachment.version),
            size: Some(file.size),
            hash: Some(hash),
        })?;
        Ok(if is_same { Fetched::Unchanged } else { Fetched::Written(file.size) })
    }

    /// Receives the bytes into a file that has no name yet. `None` when the run was stopped.
    async fn receive(&self, wanted: &Wanted) -> Result<Option<(Received, ContentHash)>, Lost> {
        let Some(stream) = self.attend(self.source.download(&wanted.attachment)).await else {
            return Ok(None);
        };
        let mut stream = stream?;
        let mut file = self.sink.begin(&wanted.path)?;
        let mut hasher = Sha256::new();
        let mut size = 0;
        loop {
            match self.attend(stream.next()).await {
                None => return Ok(None),
                Some(None) => return Ok(Some((Received { file: Some(file), size }, finish(hasher)))),
                Some(Some(bytes)) => {
                    let bytes = bytes?;
                    hasher.update(&bytes);
                    size += bytes.len() as u64;
                    file.write(&bytes)?;
                }
            }
        }
    }
}

/// A file that arrived whole and is not yet in its place.
struct Received {
    file: Option<Box<dyn PendingFile>>,
    size: u64,
}

impl Received {
    fn commit(&mut self) -> Result<(), SinkError> {
        self.file.take().map_or(Ok(()), |file| file.commit().map(|_| ()))
    }
}

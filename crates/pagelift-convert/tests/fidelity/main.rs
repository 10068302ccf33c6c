//! Nothing is lost on the way: what a Markdown parser reads in the output is what the body says, by a reading of both that
//! shares nothing with the converter.

mod adf;
mod bodies;
mod corpus;
mod damage;
mod generated;
mod markdown;
mod reading;
mod said;
mod survey;
mod stable;
mod storage;

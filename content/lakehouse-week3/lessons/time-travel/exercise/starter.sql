-- Databricks notebook source
-- DBTITLE 1,Task 1
DELETE FROM drinks WHERE kind = 'cold';

-- Restore the version before this, then delete the iced tea alone.

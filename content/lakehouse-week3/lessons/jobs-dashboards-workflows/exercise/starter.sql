-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE WIDGET TEXT from_date DEFAULT '2024-05-02';

-- Build trips_gold from trips.

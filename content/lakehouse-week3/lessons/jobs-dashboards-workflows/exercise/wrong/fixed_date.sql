-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE WIDGET TEXT from_date DEFAULT '2024-05-02';

CREATE OR REPLACE TABLE trips_gold AS
SELECT trip_id, city, fare FROM trips WHERE trip_date >= DATE '2024-05-02';

-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE WIDGET TEXT from_date DEFAULT '2024-05-02';

CREATE TABLE IF NOT EXISTS trips_gold (trip_id INT, city STRING, fare DOUBLE);
INSERT INTO trips_gold
SELECT trip_id, city, fare FROM trips WHERE trip_date >= CAST(:from_date AS DATE);

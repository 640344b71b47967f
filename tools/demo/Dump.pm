# SPDX-License-Identifier: BSD-2-Clause
# The demo site's database as mariadb-dump 10.11 writes it.
package Dump;
use strict;
use warnings;

my $HEADER = <<'SQL';
-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: rondcoin
-- ------------------------------------------------------
-- Server version	10.11.6-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
SQL

my $FOOTER = <<'SQL';
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

SQL

my $ID = '`id` int(10) unsigned NOT NULL AUTO_INCREMENT';
my $STAMPS = "`created_at` timestamp NULL DEFAULT NULL,\n"
	. '  `updated_at` timestamp NULL DEFAULT NULL';
my $TOKEN = "`id` varchar(100) NOT NULL,\n  `user_id` int(11) NOT NULL,\n"
	. '  `client_id` int(11) NOT NULL';

# What is between the brackets of each CREATE TABLE.
my %TABLES = (
	migrations => "$ID,\n  `migration` varchar(255) NOT NULL,\n"
		. "  `batch` int(11) NOT NULL,\n  PRIMARY KEY (`id`)",
	oauth_access_tokens => "$TOKEN,\n  `name` varchar(255) DEFAULT NULL,\n"
		. "  `revoked` tinyint(1) NOT NULL,\n  $STAMPS,\n"
		. "  `expires_at` datetime DEFAULT NULL,\n  PRIMARY KEY (`id`)",
	oauth_auth_codes => "$TOKEN,\n  `revoked` tinyint(1) NOT NULL,\n"
		. "  PRIMARY KEY (`id`)",
	oauth_clients => "$ID,\n  `name` varchar(255) NOT NULL,\n"
		. "  `secret` varchar(100) NOT NULL,\n  PRIMARY KEY (`id`)",
	oauth_personal_access_clients => "$ID,\n"
		. "  `client_id` int(11) NOT NULL,\n  PRIMARY KEY (`id`)",
	oauth_refresh_tokens => "`id` varchar(100) NOT NULL,\n"
		. "  `access_token_id` varchar(100) NOT NULL,\n"
		. "  `revoked` tinyint(1) NOT NULL,\n  PRIMARY KEY (`id`)",
	offers => "$ID,\n  `title` varchar(255) NOT NULL,\n"
		. "  `text` longtext NOT NULL,\n  $STAMPS,\n"
		. "  `price` decimal(5,2) NOT NULL,\n"
		. "  `photo` varchar(1024) NOT NULL,\n"
		. "  `user` int(11) NOT NULL,\n  PRIMARY KEY (`id`)",
	password_resets => "`email` varchar(255) NOT NULL,\n"
		. "  `token` varchar(255) NOT NULL,\n"
		. "  `created_at` timestamp NULL DEFAULT NULL,\n"
		. "  KEY `password_resets_email_index` (`email`)",
	users => "$ID,\n  `name` varchar(255) NOT NULL,\n"
		. "  `email` varchar(255) NOT NULL,\n"
		. "  `password` varchar(255) NOT NULL,\n"
		. "  `remember_token` varchar(100) DEFAULT NULL,\n  $STAMPS,\n"
		. "  PRIMARY KEY (`id`),\n"
		. "  UNIQUE KEY `users_email_unique` (`email`)",
);

sub quote
{
	my ($value) = @_;
	return 'NULL' unless defined $value;
	return $value if $value =~ /^-?\d+(\.\d+)?$/;
	$value =~ s/([\\'"])/\\$1/g;
	$value =~ s/\n/\\n/g;
	return "'$value'";
}

sub table
{
	my ($name, @rows) = @_;
	my $text = <<"SQL";

--
-- Table structure for table `$name`
--

DROP TABLE IF EXISTS `$name`;
/*!40101 SET \@saved_cs_client     = \@\@character_set_client */;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `$name` (
  $TABLES{$name}
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = \@saved_cs_client */;

--
-- Dumping data for table `$name`
--

LOCK TABLES `$name` WRITE;
/*!40000 ALTER TABLE `$name` DISABLE KEYS */;
SQL
	$text .= "INSERT INTO `$name` VALUES\n" . join(",\n", map {
		'(' . join(',', map { quote($_) } @$_) . ')'
	} @rows) . ";\n" if @rows;
	return $text . "/*!40000 ALTER TABLE `$name` ENABLE KEYS */;\n"
		. "UNLOCK TABLES;\n";
}

# The dump of a database, given the rows of each table (name => [[...], ...]),
# as it ends on $completed ("YYYY-MM-DD HH:MM:SS").
sub text
{
	my ($completed, %rows) = @_;
	return join('', $HEADER,
		(map { table($_, @{$rows{$_} || []}) } sort keys %TABLES),
		$FOOTER, "-- Dump completed on $completed\n");
}

1;

# SPDX-License-Identifier: BSD-2-Clause
# The database of the demo site: its tables, and statements for its rows.
package Database;
use strict;
use warnings;

our $NAME = 'rondcoin';

my $ID = '`id` int(10) unsigned NOT NULL AUTO_INCREMENT';
my $STAMPS = "`created_at` timestamp NULL DEFAULT NULL,\n"
	. '  `updated_at` timestamp NULL DEFAULT NULL';

# What is between the brackets of each CREATE TABLE, parents first.
my @TABLES = (
	migrations => "$ID,\n  `migration` varchar(255) NOT NULL,\n"
		. "  `batch` int(11) NOT NULL,\n  PRIMARY KEY (`id`)",
	password_resets => "`email` varchar(255) NOT NULL,\n"
		. "  `token` varchar(255) NOT NULL,\n"
		. "  `created_at` timestamp NULL DEFAULT NULL,\n"
		. "  KEY `password_resets_email_index` (`email`)",
	categories => "$ID,\n  `name` varchar(100) NOT NULL,\n"
		. "  PRIMARY KEY (`id`)",
	users => "$ID,\n  `name` varchar(255) NOT NULL,\n"
		. "  `email` varchar(255) NOT NULL,\n"
		. "  `password` varchar(255) NOT NULL,\n"
		. "  `role` enum('member','admin') NOT NULL,\n"
		. "  `remember_token` varchar(100) DEFAULT NULL,\n  $STAMPS,\n"
		. "  PRIMARY KEY (`id`),\n"
		. "  UNIQUE KEY `users_email_unique` (`email`)",
	offers => "$ID,\n  `category_id` int(10) unsigned NOT NULL,\n"
		. "  `user_id` int(10) unsigned NOT NULL,\n"
		. "  `title` varchar(255) NOT NULL,\n"
		. "  `price` decimal(7,2) NOT NULL,\n"
		. "  `photo` varchar(1024) NOT NULL,\n"
		. "  `text` longtext NOT NULL,\n  $STAMPS,\n"
		. "  PRIMARY KEY (`id`),\n"
		. "  CONSTRAINT `offers_category_id_foreign` FOREIGN KEY\n"
		. "    (`category_id`) REFERENCES `categories` (`id`),\n"
		. "  CONSTRAINT `offers_user_id_foreign` FOREIGN KEY\n"
		. "    (`user_id`) REFERENCES `users` (`id`)",
	messages => "$ID,\n  `offer_id` int(10) unsigned NOT NULL,\n"
		. "  `user_id` int(10) unsigned NOT NULL,\n"
		. "  `text` text NOT NULL,\n"
		. "  `ip` varbinary(16) NOT NULL,\n"
		. "  `sent_at` timestamp NULL DEFAULT NULL,\n"
		. "  `read_at` timestamp NULL DEFAULT NULL,\n"
		. "  PRIMARY KEY (`id`),\n"
		. "  KEY `messages_offer_id_index` (`offer_id`)",
);

my @CATEGORIES = ('Coins', 'Banknotes', 'Stamps', 'Medals', 'Books & albums',
	'Étuis, boxes');

# A value in SQL. Times are written in UTC.
sub quote
{
	my ($value) = @_;
	return 'NULL' unless defined $value;
	return $value if $value =~ /^-?\d+(\.\d+)?$/;
	return '0x' . unpack('H*', $$value) if ref $value;
	$value =~ s/([\\'])/\\$1/g;
	return "'$value'";
}

# A reference to a string stands for its bytes.
sub insert
{
	my ($table, @values) = @_;
	return "INSERT INTO `$table` VALUES ("
		. join(',', map { quote($_) } @values) . ");\n";
}

# The tables, and what is in them from the first day on.
sub first_day
{
	my $sql = '';
	my @tables = @TABLES;
	while (my ($name, $columns) = splice @tables, 0, 2) {
		$sql .= "CREATE TABLE `$name` (\n  $columns\n"
			. ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
			. " COLLATE=utf8mb4_unicode_ci;\n";
	}
	$sql .= "CREATE VIEW `offers_by_category` AS SELECT\n"
		. "  `c`.`name` AS `category`, COUNT(`o`.`id`) AS `offers`\n"
		. "  FROM `categories` `c` LEFT JOIN `offers` `o`\n"
		. "  ON `o`.`category_id` = `c`.`id` GROUP BY `c`.`id`;\n";
	$sql .= insert('migrations', $_, "2016_11_0${_}_000000_create_$_", 1)
		for 1 .. 4;
	$sql .= insert('categories', $_, $CATEGORIES[$_ - 1])
		for 1 .. @CATEGORIES;
	return $sql;
}

sub n_categories
{
	return scalar @CATEGORIES;
}

1;

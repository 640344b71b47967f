/*!40101 SET NAMES binary*/;
CREATE TABLE `z_priced`(
`id` int,
`name` int,
`price` int,
`seen` int,
`raw` int
)ENGINE=MyISAM;

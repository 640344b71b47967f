/*!40101 SET NAMES binary*/;
CREATE TABLE `a_cheap`(
`id` int,
`name` int
)ENGINE=MyISAM;
